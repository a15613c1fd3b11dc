import cluster from 'node:cluster';
import { createPublicKey, verify } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import { type TextbookOptions, TEXTBOOK_VARIABLE } from './textbook.ts';

const CONNECTIONS = 10;

/**
 * The webhook receiver of a textbook, at its best: the signature is checked over the raw bytes with a key that was parsed
 * once, one prepared statement stores the webhook and ignores copies, and only then it is answered. It admits without
 * limits, keeps nothing that it cannot read, and has no metrics.
 */
async function listen({ databaseUrl, port, publicKey }: TextbookOptions): Promise<void> {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS, connectionTimeoutMillis: 2_000 });
  // A lost connection ends the process unless somebody listens; the next query says so too.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const app = Fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post<{ Body: Buffer }>('/webhooks/ghl', async (request, reply) => {
    const signature = Buffer.from(String(request.headers['x-ghl-signature']), 'base64');
    if (!verify(null, request.body, key, signature)) return reply.status(401).send({ error: 'bad signature' });
    const event = JSON.parse(request.body.toString()) as { webhookId: string; locationId: string; type: string };
    await pool.query({
      name: 'store',
      text: `INSERT INTO textbook_webhooks (id, tenant_id, type, received_at, body)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      values: [event.webhookId, event.locationId, event.type, new Date(), request.body],
    });
    return { accepted: true, eventId: event.webhookId };
  });
  await app.listen({ port, host: '127.0.0.1' });
}

const options = JSON.parse(process.env[TEXTBOOK_VARIABLE] ?? '') as TextbookOptions;
const ready = (): void => void process.send?.('ready');
if (cluster.isPrimary && options.workers > 1) {
  let listening = 0;
  cluster.on('listening', () => {
    listening += 1;
    if (listening === options.workers) ready();
  });
  for (let i = 0; i < options.workers; i++) cluster.fork();
} else {
  await listen(options);
  if (cluster.isPrimary) ready();
}
