import { type ContactFacts, EVENT_TYPES } from '@hub/crm-ghl';
import { isSubjectToken, type LeadEvent, type ReceivedWebhook } from '@hub/contracts';
import { type Meaning, meaningOf } from '@hub/sources';

/** Stands for a webhook that names no location; no tenant can have this id. */
export const NO_TENANT = '_';

/** A webhook to be stored as an event of its tenant; with lead events it also moves a lead. */
export interface EventToApply {
  readonly webhook: ReceivedWebhook;
  readonly tenantId: string;
  readonly type: string;
  readonly atMs: number;
  readonly lead: { leadId: string; events: readonly LeadEvent[]; contact: ContactFacts | null } | null;
}

/** A webhook to be kept aside: `dead` will never work as it is, `parked` waits for its location. */
export interface LetterToKeep {
  readonly webhook: ReceivedWebhook;
  readonly tenantId: string;
  readonly state: 'dead' | 'parked';
  readonly reason: string;
  /** What is wrong with it, quoting nothing of it. */
  readonly detail?: string | null;
}

export interface Install {
  readonly tenantId: string;
  readonly name: string;
}

export interface SortedWebhooks {
  readonly apply: readonly EventToApply[];
  readonly keep: readonly LetterToKeep[];
  readonly installs: readonly Install[];
}

type Understood = { readonly webhook: ReceivedWebhook; readonly meaning: Meaning };

/** Every location that the webhooks speak of and that could be a tenant. */
export function locationsOf(webhooks: readonly Understood[]): string[] {
  return [...new Set(webhooks.map(({ meaning, webhook }) => tenantOf(meaning, webhook)))].filter(
    (id) => id !== NO_TENANT,
  );
}

export function understand(webhooks: readonly ReceivedWebhook[]): Understood[] {
  return webhooks.map((webhook) => ({ webhook, meaning: meaningOf(webhook) }));
}

/**
 * Decides what becomes of each webhook: every one but a probe of our own is applied or kept, none is lost.
 * @param known Locations that are tenants; an installation among the webhooks makes its location one.
 */
export function sortWebhooks(understood: readonly Understood[], known: ReadonlySet<string>): SortedWebhooks {
  const installs = understood.flatMap(({ meaning }) => installOf(meaning));
  const tenants = new Set([...known, ...installs.map((install) => install.tenantId), NO_TENANT]);
  const apply: EventToApply[] = [];
  const keep: LetterToKeep[] = [];
  for (const { webhook, meaning } of understood) {
    if (meaning.kind === 'nothing') continue;
    const tenantId = tenantOf(meaning, webhook);
    if (meaning.kind === 'unusable') {
      keep.push({ webhook, tenantId, state: 'dead', reason: meaning.reason, detail: meaning.detail });
      continue;
    }
    if (tenantId === NO_TENANT && speaksOfALead(meaning.type)) {
      keep.push({ webhook, tenantId, state: 'dead', reason: 'noLocation' });
    } else if (tenants.has(tenantId)) {
      const lead = meaning.kind === 'lead' ? meaning : null;
      apply.push({ webhook, tenantId, type: meaning.type ?? 'unknown', atMs: meaning.atMs, lead });
    } else {
      keep.push({ webhook, tenantId, state: 'parked', reason: 'unknownLocation' });
    }
  }
  return { apply, keep, installs };
}

/** What cannot be read belongs to whom its source speaks for. */
function tenantOf(meaning: Meaning, webhook: ReceivedWebhook): string {
  return ('tenantId' in meaning ? meaning.tenantId : webhook.tenantId) ?? NO_TENANT;
}

function installOf(meaning: Meaning): Install[] {
  if (meaning.kind !== 'named' || meaning.install === undefined) return [];
  const { locationId, name } = meaning.install;
  return isSubjectToken(locationId) ? [{ tenantId: locationId, name: name ?? `Location ${locationId}` }] : [];
}

const LEAD_TYPES: ReadonlySet<string> = new Set(
  [...EVENT_TYPES.values()].filter((type) => type.becomes === 'lead').map((type) => type.name),
);

function speaksOfALead(type: string | null): boolean {
  return type !== null && LEAD_TYPES.has(type);
}
