import { type ContactFacts, EVENT_TYPES } from '@hub/crm-ghl';
import { type DeadReason, isSubjectToken, type LeadEvent, type ReceivedWebhook, UNKNOWN_TENANT } from '@hub/contracts';
import { type Meaning, meaningOf } from '@hub/sources';

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
  readonly reason: DeadReason;
  /** Where in the code it failed; with the reason the root cause. */
  readonly cause: string;
  /** Names of fields and codes, never values. */
  readonly detail: string | null;
  readonly type: string | null;
  readonly leadId: string | null;
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
  return [...new Set(webhooks.map(({ webhook, meaning }) => tenantOf(webhook, meaning)))].filter(
    (id) => id !== UNKNOWN_TENANT,
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
  const tenants = new Set([...known, ...installs.map((install) => install.tenantId), UNKNOWN_TENANT]);
  const apply: EventToApply[] = [];
  const keep: LetterToKeep[] = [];
  for (const { webhook, meaning } of understood) {
    if (meaning.kind === 'nothing') continue;
    const tenantId = tenantOf(webhook, meaning);
    if (meaning.kind === 'unusable') {
      const { reason, detail } = meaning;
      keep.push({ ...letterOf(webhook, tenantId, meaning), state: 'dead', reason, cause: 'read', detail });
    } else if (tenantId === UNKNOWN_TENANT && speaksOfALead(meaning.type)) {
      keep.push({ ...letterOf(webhook, tenantId, meaning), state: 'dead', reason: 'noLocation', cause: 'sort' });
    } else if (tenants.has(tenantId)) {
      const lead = meaning.kind === 'lead' ? meaning : null;
      apply.push({ webhook, tenantId, type: meaning.type ?? 'unknown', atMs: meaning.atMs, lead });
    } else {
      keep.push({
        ...letterOf(webhook, tenantId, meaning),
        state: 'parked',
        reason: 'unknownLocation',
        cause: 'sort',
      });
    }
  }
  return { apply, keep, installs };
}

/** What is known of a letter's contents. */
function letterOf(webhook: ReceivedWebhook, tenantId: string, meaning: Meaning) {
  const type = 'type' in meaning ? meaning.type : null;
  const leadId = meaning.kind === 'lead' ? meaning.leadId : null;
  return { webhook, tenantId, type, leadId, detail: null };
}

/** What cannot be read belongs to whom its source speaks for. */
export function tenantOf(webhook: ReceivedWebhook, meaning: Meaning | null): string {
  const tenantId = meaning !== null && 'tenantId' in meaning ? meaning.tenantId : webhook.tenantId;
  return tenantId !== null && isSubjectToken(tenantId) ? tenantId : UNKNOWN_TENANT;
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
