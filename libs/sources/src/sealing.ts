import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Where a sealed secret belongs: it opens nowhere else. */
export interface SecretPlace {
  readonly sourceId: string;
  readonly keyId: string;
}

export type Opened =
  | { readonly ok: true; readonly secret: string }
  /** `unknownVersion`: sealed with a key that this process was not given. `damaged`: another key, another place, or changed. */
  | { readonly ok: false; readonly reason: 'unknownVersion' | 'damaged' };

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** Says in each sealed secret which sealing key closed it, so that this key can be changed one day. */
const PRESENT_VERSION = 1;

/**
 * Encrypts secrets at rest: AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to their place.
 * Layout, in base64: version u8, nonce 12, tag 16, ciphertext.
 */
export class Sealing {
  readonly #keys: ReadonlyMap<number, Buffer>;

  /** @throws RangeError when the key is not 32 bytes. */
  constructor(key: Buffer) {
    if (key.length !== KEY_BYTES) throw new RangeError('a sealing key has 32 bytes');
    this.#keys = new Map([[PRESENT_VERSION, key]]);
  }

  /** @param key Base64 of 32 bytes, as `SECRETS_KEY` holds it. @throws RangeError when it is not. */
  static fromBase64(key: string): Sealing {
    return new Sealing(Buffer.from(key, 'base64'));
  }

  seal(secret: string, place: SecretPlace): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#keyOf(PRESENT_VERSION), nonce).setAAD(aad(place));
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(PRESENT_VERSION), nonce, cipher.getAuthTag(), ciphertext]).toString('base64');
  }

  /** Never throws: what does not open is a value. */
  open(sealed: string, place: SecretPlace): Opened {
    const bytes = Buffer.from(sealed, 'base64');
    const key = this.#keys.get(bytes[0] ?? 0);
    if (key === undefined) return { ok: false, reason: 'unknownVersion' };
    if (bytes.length < HEADER_BYTES) return { ok: false, reason: 'damaged' };
    const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
    const tag = bytes.subarray(1 + NONCE_BYTES, HEADER_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aad(place)).setAuthTag(tag);
    try {
      const secret = Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES)), decipher.final()]);
      return { ok: true, secret: secret.toString('utf8') };
    } catch {
      return { ok: false, reason: 'damaged' }; // The tag does not fit; the cipher does not say why.
    }
  }

  #keyOf(version: number): Buffer {
    const key = this.#keys.get(version);
    if (key === undefined) throw new RangeError(`no sealing key of version ${version}`);
    return key;
  }
}

/** Ids hold no line break, so two places never read alike. */
function aad({ sourceId, keyId }: SecretPlace): Buffer {
  return Buffer.from(`${sourceId}\n${keyId}`);
}
