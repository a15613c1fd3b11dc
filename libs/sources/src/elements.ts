const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * The elements of a JSON array, each as the very bytes it was sent in.
 * @param json UTF-8 JSON, parsed before, whose top is an array: nothing is checked here.
 */
export function elementsOf(json: Uint8Array): Uint8Array[] {
  const elements: Uint8Array[] = [];
  let depth = 0;
  let from = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (inText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inText = false;
      continue;
    }
    if (byte === QUOTE) inText = true;
    else if (OPENING.has(byte)) {
      depth += 1;
      if (depth === 1) from = at + 1;
    } else if (CLOSING.has(byte)) {
      depth -= 1;
      if (depth === 0) elements.push(trimmed(json.subarray(from, at)));
    } else if (byte === COMMA && depth === 1) {
      elements.push(trimmed(json.subarray(from, at)));
      from = at + 1;
    }
  }
  return elements.length === 1 && elements[0]?.length === 0 ? [] : elements;
}

/** Without JSON's blanks at both ends. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let from = 0;
  let to = bytes.length;
  while (from < to && isBlank(bytes[from])) from += 1;
  while (to > from && isBlank(bytes[to - 1])) to -= 1;
  return bytes.subarray(from, to);
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
