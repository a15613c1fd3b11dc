import { INBOX, webhookStored } from '@hub/contracts';
import { type NatsConnection, readPage, streamState } from '@hub/messaging';
import { RecentlySeen } from './recently-seen.ts';

const PER_GENERATION = 20_000;
/** Up to 512 KiB each. */
const PACKS_AT_START = 16;

/** Tenants of which signed webhooks have come: all that a gateway, which has no database, knows of who has installed the app. */
export class KnownTenants {
  readonly #heardOf = new RecentlySeen(PER_GENERATION);

  /** On the way of every signed webhook. */
  hear(tenantId: string | null): void {
    if (tenantId !== null && !this.has(tenantId)) this.#heardOf.add(tenantId, 0);
  }

  has(tenantId: string): boolean {
    return this.#heardOf.firstSeenAtMs(tenantId) !== undefined;
  }

  /** Whom the newest packs of the inbox are of: a gateway that was just started knows no less than it did. @throws as `readPage`. */
  async learnFrom(connection: NatsConnection): Promise<void> {
    const { lastSequence: upTo } = await streamState(connection, INBOX);
    const after = Math.max(0, upTo - PACKS_AT_START);
    const page = await readPage(connection, webhookStored, { tokens: [], after, upTo, maxMessages: PACKS_AT_START });
    for (const { payload } of page.messages) for (const { tenantId } of payload) this.hear(tenantId);
  }
}
