import { packsToSendAgain, webhookSlowed } from '@hub/contracts';
import { Database, lettersToSend, type LetterToSend, markSentAgain, newestLetterId } from '@hub/database';
import { Publisher } from '@hub/messaging';
import { Injectable } from '@nestjs/common';

const PAGE = 200;

/** Webhooks that came before their location was known. */
@Injectable()
export class ParkedWebhooks {
  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Puts a tenant's parked webhooks back into the inbox, oldest first, in packs; each stays parked until it is applied.
   * A crash in between sends some twice, and the second has no effect.
   */
  async release(tenantId: string, nowMs: number): Promise<void> {
    const upToId = await this.database.asTenants([tenantId], newestLetterId);
    for (let afterId = '0'; ;) {
      const letters = await this.parkedOf(tenantId, afterId, upToId);
      const last = letters.at(-1);
      if (last === undefined) return;
      await this.send(letters);
      await this.database.asTenants([tenantId], (tx) =>
        markSentAgain(
          tx,
          letters.map(({ id }) => id),
          nowMs,
        ),
      );
      afterId = last.id;
    }
  }

  private parkedOf(tenantId: string, afterId: string, upToId: string): Promise<LetterToSend[]> {
    return this.database.asTenants([tenantId], (tx) =>
      lettersToSend(tx, { tenantIds: [tenantId], states: ['parked'] }, { afterId, upToId, limit: PAGE }),
    );
  }

  private async send(letters: readonly LetterToSend[]): Promise<void> {
    const webhooks = letters.map(({ webhook }) => webhook);
    for (const { tenant, webhooks: pack } of packsToSendAgain(webhooks)) {
      await this.publisher.publish(webhookSlowed, [tenant], pack);
    }
  }
}
