import { printable } from '../table.ts';

const BYTES_PER_LINE = 16;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes for a person: as text where they are text, else, or where asked for, in hexadecimal. */
export function bytesText(bytes: Uint8Array, { hex }: { readonly hex: boolean }): string {
  const text = hex ? null : decoded(bytes);
  return text === null ? hexText(bytes) : `${text.split('\n').map(printable).join('\n')}\n`;
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null; // Not UTF-8.
  }
}

/** Offset, bytes and their ASCII, as `hexdump -C` has it. */
function hexText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const line = bytes.subarray(at, at + BYTES_PER_LINE);
    const hex = Array.from(line, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = Array.from(line, (byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    text += `${at.toString(16).padStart(8, '0')}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  ${ascii}\n`;
  }
  return text;
}
