import { z } from 'zod';
import { type ReadContract, type StreamContract, UnreadableMessage } from './contract.ts';
import { sourceKind } from './source-configured.ts';
import { INBOX, QUARANTINE } from './streams.ts';

const head = z.object({
  /** The sender's id of this event (GHL: `webhookId`), else SHA-256 of source, tenant and body. */
  eventId: z.string().min(1).max(200),
  /** GHL location the body names; null when it names none or cannot be read. */
  tenantId: z.string().nullable(),
  /** What spoke, which decides how the body is read. */
  source: sourceKind,
  /** Id of the configured source; `ghl` for the platform's own. */
  sourceId: z.string().min(1).max(64),
  /** Epoch ms when the gateway had the whole body. */
  receivedAtMs: z.number().int(),
  /** Request headers kept for replay, without credentials. */
  headers: z.record(z.string(), z.string()),
  /** W3C trace context of the request. */
  traceparent: z.string(),
});

/** One accepted webhook. `body` is the raw bytes that were signed. */
export type ReceivedWebhook = z.infer<typeof head> & { readonly body: Uint8Array };

const bytes = z.number().int().nonnegative();
const heads = z.array(head.extend({ bytes }));

const lookedAt = head.pick({ eventId: true, tenantId: true, source: true, sourceId: true, receivedAtMs: true });

/** A stored webhook as far as those need it who do not act on it. */
export type StoredWebhook = z.infer<typeof lookedAt> & { readonly body: Uint8Array };

const lookedAtHeads = z.array(lookedAt.extend({ bytes }));

const MAGIC = 0x48504b31; // "HPK1"
const PREFIX_BYTES = 8;

/**
 * Packs of webhooks (group commit): one message per write to the broker.
 * Layout: magic u32, length of the JSON table u32, table of heads with body sizes, then the bodies end to end.
 */
const packCodec: Pick<StreamContract<readonly ReceivedWebhook[]>, 'encode' | 'decode'> = {
  encode: (webhooks) => {
    const table = Buffer.from(JSON.stringify(webhooks.map(({ body, ...rest }) => ({ ...rest, bytes: body.length }))));
    const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
    prefix.writeUInt32BE(MAGIC, 0);
    prefix.writeUInt32BE(table.length, 4);
    return Buffer.concat([prefix, table, ...webhooks.map((webhook) => webhook.body)]);
  },
  decode: (pack) => unpack(heads, pack),
};

/** Heads of the table as `schema` wants them, each with its body: a view, not a copy. */
function unpack<Head extends { readonly bytes: number }>(
  schema: z.ZodType<Head[]>,
  pack: Uint8Array,
): (Omit<Head, 'bytes'> & { readonly body: Uint8Array })[] {
  const buffer = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength);
  if (buffer.length < PREFIX_BYTES || buffer.readUInt32BE(0) !== MAGIC) throw new UnreadableMessage('not a pack');
  const bodiesAt = PREFIX_BYTES + buffer.readUInt32BE(4);
  if (bodiesAt > buffer.length) throw new UnreadableMessage('pack is cut short in its table');
  const table = readTable(schema, buffer.toString('utf8', PREFIX_BYTES, bodiesAt));
  let offset = bodiesAt;
  const webhooks = table.map(({ bytes: size, ...rest }) => {
    const body = buffer.subarray(offset, offset + size);
    offset += size;
    return { ...rest, body };
  });
  if (offset !== buffer.length) throw new UnreadableMessage('pack and its table differ in size');
  return webhooks;
}

function readTable<Head>(schema: z.ZodType<Head[]>, text: string): Head[] {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UnreadableMessage('pack has an unreadable table', { cause });
  }
}

/** The lane of tenants that stay within their share. Sent by: gateway. Read by: scoring. */
export const webhookReceived: StreamContract<readonly ReceivedWebhook[]> = {
  subject: 'webhook.received.live',
  stream: INBOX,
  ...packCodec,
};

/**
 * What tenants send beyond their share; a pack holds webhooks of one tenant. Token: the tenant, `_` where the body names
 * none. Sent by: gateway. Read by: scoring, tenant by tenant in turn.
 */
export const webhookSlowed: StreamContract<readonly ReceivedWebhook[]> = {
  subject: 'webhook.received.slow.*',
  stream: INBOX,
  ...packCodec,
};

/** Every lane, for those who only look: headers are not read, which is half of the work. Read by: analytics. */
export const webhookStored: ReadContract<readonly StoredWebhook[]> = {
  subject: 'webhook.received.>',
  stream: INBOX,
  decode: (pack) => unpack(lookedAtHeads, pack),
};

/** Kept until a key that matches is known. Token: the source. Sent and read by: gateway. */
export const webhookQuarantined: StreamContract<readonly ReceivedWebhook[]> = {
  subject: 'webhook.quarantined.*',
  stream: QUARANTINE,
  ...packCodec,
};
