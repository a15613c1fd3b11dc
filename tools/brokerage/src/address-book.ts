import { sendMailStats } from './crm.ts';
import type { Tenant } from './people.ts';
import type { Random } from './random.ts';
import { DAY_MS, MAIL } from './rates.ts';
import { person } from './words.ts';
import type { World } from './world.ts';

/** Newsletters to all whom a brokerage ever wrote down: what the mail system reports of people who are no leads. */
export interface Mailings {
  /** Virtual epoch ms from which they are sent. */
  readonly fromMs: number;
  /** Mails per virtual day, over all brokerages. */
  readonly perDay: number;
}

/** Reports of the mail system per mail, on average. */
export const REPORTS_PER_MAIL = 1 + (1 - MAIL.bounces) * (MAIL.machineOpens + MAIL.personOpens + 3 * MAIL.botClicks);

export function mailAddressBook(world: World, tenants: readonly Tenant[], mailings: Mailings, random: Random): void {
  const next = (): void => {
    mail(world, random.share(tenants), random);
    world.after(random.exponential(DAY_MS / mailings.perDay), next);
  };
  world.at(mailings.fromMs, next);
}

function mail(world: World, tenant: Tenant, random: Random): void {
  const { email } = person(random);
  const mailId = random.id();
  const report = (event: string): void => sendMailStats(world, tenant, null, { event, id: mailId, recipient: email });
  if (random.chance(MAIL.bounces)) {
    report('failed');
    return;
  }
  report('delivered');
  if (random.chance(MAIL.machineOpens)) world.after(random.between(1, 15) * 1000, () => report('opened'));
  if (random.chance(MAIL.personOpens)) world.after(random.exponential(DAY_MS / 4), () => report('opened'));
  if (random.chance(MAIL.botClicks))
    for (const delayMs of [300, 700, 1600]) world.after(delayMs, () => report('clicked'));
}
