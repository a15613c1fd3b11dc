import type { ScoredLead } from '@hub/contracts';

/** What a screen is told besides scores. `sequence`: everything up to it is already this screen's. */
export type Notice =
  | { readonly type: 'hello'; readonly serverNowMs: number; readonly sequence: number; readonly live: boolean }
  | { readonly type: 'reset'; readonly reason: ResetReason; readonly sequence: number }
  | {
      readonly type: 'beat';
      readonly serverNowMs: number;
      readonly sequence: number;
      /** Messages of the stream, of all tenants, that this process has not read yet. */
      readonly behind: number;
      /** false: the stream cannot be read now, what the screen shows may be old. */
      readonly live: boolean;
    };

/** `tooOld`: messages after the sequence are gone. `unknownSequence`: the stream never reached it. */
export type ResetReason = 'tooOld' | 'unknownSequence';

/** How one transport writes; the bytes may go to any number of sockets. */
export interface Wire {
  readonly transport: 'sse' | 'ws';
  /** @param leadsJson A JSON array in one line. */
  scores(sequence: number, leadsJson: Uint8Array): Buffer;
  notice(notice: Notice): Buffer;
}

const LINE_END = Buffer.from('\n\n');
const BRACE = Buffer.from('}');

export const sseWire: Wire = {
  transport: 'sse',
  scores: (sequence, leadsJson) =>
    Buffer.concat([Buffer.from(`id: ${sequence}\nevent: scores\ndata: `), leadsJson, LINE_END]),
  notice: ({ type, ...data }) => Buffer.from(`id: ${data.sequence}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`),
};

export const wsWire: Wire = {
  transport: 'ws',
  scores: (sequence, leadsJson) =>
    textFrame([Buffer.from(`{"type":"scores","sequence":${sequence},"scores":`), leadsJson, BRACE]),
  notice: (notice) => textFrame([Buffer.from(JSON.stringify(notice))]),
};

export function leadsJson(leads: readonly ScoredLead[]): Buffer {
  return Buffer.from(JSON.stringify(leads));
}

/** One unmasked, unfragmented text message (RFC 6455, 5.2): without a mask it is the same for every client. */
function textFrame(parts: readonly Uint8Array[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([frameHead(size), ...parts]);
}

const FINAL_TEXT = 0x81;

function frameHead(size: number): Buffer {
  if (size < 126) return Buffer.of(FINAL_TEXT, size);
  if (size < 65_536) return Buffer.of(FINAL_TEXT, 126, size >> 8, size & 0xff);
  const head = Buffer.alloc(10);
  head[0] = FINAL_TEXT;
  head[1] = 127;
  head.writeUIntBE(size, 4, 6);
  return head;
}
