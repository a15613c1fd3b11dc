import type {
  Band,
  DecidingModel,
  ExplainedScore,
  LeadEvent,
  ModelScore,
  Profile,
  Reason,
  ReasonLink,
  ReasonLinks,
  Row,
  ThinEvidence,
  TimelineEntry,
} from './rows.ts';

/**
 * Readers of what servers send. A server older or newer than this page must not break it: what cannot be read becomes
 * null, and the caller leaves it out. The schemas in libs/contracts say the same, but would weigh more than the page.
 */
type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(raw: unknown): Fields | null {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Fields) : null;
}

export function isNumber(raw: unknown): raw is number {
  return typeof raw === 'number' && Number.isFinite(raw);
}

export function isText(raw: unknown): raw is string {
  return typeof raw === 'string';
}

/** The readable items of a list; a list that is none is empty. */
export function listOf<T>(raw: unknown, read: (item: unknown) => T | null): readonly T[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((item: unknown) => read(item)).filter((item) => item !== null);
}

export function readRow(raw: unknown): Row | null {
  const fields = fieldsOf(raw);
  if (fields === null) return null;
  const { leadId, version, name, scoredAtMs, modelHash } = fields;
  const conversion = readScore(fields['conversion']);
  const goingCold = readScore(fields['goingCold']);
  if (!isText(leadId) || leadId === '' || !isNumber(version) || !isText(name) || !isNumber(scoredAtMs)) return null;
  if (conversion === null || goingCold === null) return null;
  return {
    leadId,
    version,
    name,
    scoredAtMs,
    conversion,
    goingCold,
    match: readScore(fields['match']),
    band: readBand(fields['band']),
    thinEvidence: readThinEvidence(fields['thinEvidence']),
    isOpen: fields['isOpen'] !== false,
    reasons: [...listOf(fields['reasons'], readReason)],
    lastTouchAtMs: numberOrNull(fields['lastTouchAtMs']),
    lastTouchType: textOrNull(fields['lastTouchType']),
    stage: textOrNull(fields['stage']),
    sparkline: [...listOf(fields['sparkline'], numberOrNull)],
    modelHash: isText(modelHash) ? modelHash : '',
    modelKind: fields['modelKind'] === 'learned' ? 'learned' : 'prior',
    servedBy: fields['servedBy'] === 'builtin' ? 'builtin' : 'onnx',
  };
}

export function readProfile(raw: unknown): Profile | null {
  const fields = fieldsOf(raw);
  const row = readRow(raw);
  if (fields === null || row === null) return null;
  const { tenantId, firstSeenAtMs, eventCount } = fields;
  const conversion = readExplainedScore(fields['conversion']);
  const goingCold = readExplainedScore(fields['goingCold']);
  if (conversion === null || goingCold === null || !isText(tenantId)) return null;
  if (!isNumber(firstSeenAtMs) || !isNumber(eventCount)) return null;
  const { reasons: _top, ...rest } = row;
  return {
    ...rest,
    tenantId,
    firstSeenAtMs,
    eventCount,
    assignedTo: textOrNull(fields['assignedTo']),
    source: textOrNull(fields['source']),
    conversion,
    goingCold,
    match: readExplainedScore(fields['match']),
  };
}

/** Null where the decision is not named. */
export function readReasonLinks(raw: unknown): ReasonLinks | null {
  const fields = fieldsOf(raw);
  if (fields === null || !isNumber(fields['version'])) return null;
  const of = {
    conversion: linksOf(fields['conversion']),
    goingCold: linksOf(fields['goingCold']),
    match: linksOf(fields['match']),
  };
  return { version: fields['version'], of };
}

function linksOf(raw: unknown): ReadonlyMap<string, ReasonLink> {
  const score = fieldsOf(raw);
  const reasons = [score?.['raising'], score?.['lowering']].flatMap((side) => listOf(side, readLinkedReason));
  return new Map(reasons);
}

function readLinkedReason(raw: unknown): readonly [string, ReasonLink] | null {
  const fields = fieldsOf(raw);
  if (fields === null || !isText(fields['feature'])) return null;
  const events = listOf(fields['events'], readCause).toReversed();
  const [newest] = events;
  if (newest === undefined) return null;
  const eventIds = [...new Set(events.map(({ eventId }) => eventId))];
  return [fields['feature'], { eventIds, latestMs: newest.atMs }];
}

function readCause(raw: unknown): { readonly eventId: string; readonly atMs: number } | null {
  const fields = fieldsOf(raw);
  if (fields === null || !isText(fields['eventId']) || !isNumber(fields['atMs'])) return null;
  return { eventId: fields['eventId'], atMs: fields['atMs'] };
}

export function readTimelineEntry(raw: unknown): TimelineEntry | null {
  const fields = fieldsOf(raw);
  if (fields === null) return null;
  const { eventId, type, atMs, receivedAtMs } = fields;
  if (!isText(eventId) || !isNumber(atMs)) return null;
  return {
    eventId,
    type: isText(type) ? type : 'unknown',
    atMs,
    receivedAtMs: isNumber(receivedAtMs) ? receivedAtMs : atMs,
    events: listOf(fields['events'], readLeadEvent),
    machine: textOrNull(fieldsOf(fields['machine'])?.['text']),
    body: fields['body'],
  };
}

function readLeadEvent(raw: unknown): LeadEvent | null {
  const fields = fieldsOf(raw);
  if (fields === null) return null;
  const { id, leadId, atMs, type, actor, direction } = fields;
  if (!isText(id) || !isText(leadId) || !isNumber(atMs) || !isText(type)) return null;
  return {
    id,
    leadId,
    atMs,
    // A type this page does not know yet is shown under its own name.
    type: type as LeadEvent['type'],
    actor: actor === 'lead' || actor === 'agent' ? actor : 'system',
    direction: direction === 'in' || direction === 'out' ? direction : null,
    channel: textOrNull(fields['channel']),
    stage: textOrNull(fields['stage']),
    value: numberOrNull(fields['value']),
    subjectId: textOrNull(fields['subjectId']),
  };
}

function readScore(raw: unknown): ModelScore | null {
  const fields = fieldsOf(raw);
  if (fields === null || !isNumber(fields['logit']) || !isNumber(fields['probability'])) return null;
  return { logit: fields['logit'], probability: fields['probability'], range: readRange(fields['range']) };
}

function readExplainedScore(raw: unknown): ExplainedScore | null {
  const score = readScore(raw);
  const fields = fieldsOf(raw);
  if (score === null || fields === null || !isNumber(fields['intercept'])) return null;
  return {
    ...score,
    intercept: fields['intercept'],
    reasons: [...listOf(fields['reasons'], readReason)],
    model: readModel(fields['model']),
  };
}

function readRange(raw: unknown): NonNullable<ModelScore['range']> | null {
  const fields = fieldsOf(raw);
  if (fields === null || !isNumber(fields['low']) || !isNumber(fields['high'])) return null;
  return { low: fields['low'], high: fields['high'] };
}

function readModel(raw: unknown): DecidingModel | null {
  const fields = fieldsOf(raw);
  if (fields === null || !isText(fields['hash'])) return null;
  const kind = fields['kind'] === 'learned' ? 'learned' : 'prior';
  return {
    kind,
    version: textOrNull(fields['version']),
    hash: fields['hash'],
    learned: readLearned(fields['learned']),
  };
}

function readLearned(raw: unknown): DecidingModel['learned'] {
  const fields = fieldsOf(raw);
  if (fields === null) return null;
  const { leads, untilMs, checkedLeads, checkedUntilMs } = fields;
  if (!isNumber(leads) || !isNumber(untilMs) || !isNumber(checkedLeads) || !isNumber(checkedUntilMs)) return null;
  return { leads, untilMs, checkedLeads, checkedUntilMs };
}

function readThinEvidence(raw: unknown): ThinEvidence | null {
  return raw === 'neverActed' || raw === 'longSilent' ? raw : null;
}

function readReason(raw: unknown): Reason | null {
  const fields = fieldsOf(raw);
  if (fields === null || !isText(fields['feature']) || !isNumber(fields['contribution'])) return null;
  return {
    feature: fields['feature'],
    value: numberOrNull(fields['value']),
    contribution: fields['contribution'],
    ...(Array.isArray(fields['values']) && { values: fields['values'].map(numberOrNull) }),
  };
}

/** A band this page does not know gives no odds. */
function readBand(raw: unknown): Band {
  return raw === 'hot' || raw === 'warm' || raw === 'cool' ? raw : 'unknown';
}

function numberOrNull(raw: unknown): number | null {
  return isNumber(raw) ? raw : null;
}

function textOrNull(raw: unknown): string | null {
  return isText(raw) ? raw : null;
}
