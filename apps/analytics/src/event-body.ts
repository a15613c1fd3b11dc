export interface EventBody {
  readonly body: unknown;
  /** How `body` stands for the bytes that were received: parsed, as text, or in base64 where they are no text. */
  readonly bodyEncoding: 'json' | 'text' | 'base64';
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What a webhook carried, as readable as it can be shown. */
export function readableBody(bytes: Buffer): EventBody {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { body: bytes.toString('base64'), bodyEncoding: 'base64' }; // Not UTF-8.
  }
  try {
    return { body: JSON.parse(text), bodyEncoding: 'json' };
  } catch {
    return { body: text, bodyEncoding: 'text' }; // Not JSON.
  }
}
