import type { Band, ExplainedScore, LeadEvent, ModelScore, Profile, Reason, Row, TimelineEntry } from './rows.ts';

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
  };
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
  return { logit: fields['logit'], probability: fields['probability'] };
}

function readExplainedScore(raw: unknown): ExplainedScore | null {
  const score = readScore(raw);
  const fields = fieldsOf(raw);
  if (score === null || fields === null || !isNumber(fields['intercept'])) return null;
  return { ...score, intercept: fields['intercept'], reasons: [...listOf(fields['reasons'], readReason)] };
}

function readReason(raw: unknown): Reason | null {
  const fields = fieldsOf(raw);
  if (fields === null || !isText(fields['feature']) || !isNumber(fields['contribution'])) return null;
  return {
    feature: fields['feature'],
    value: numberOrNull(fields['value']),
    contribution: fields['contribution'],
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
