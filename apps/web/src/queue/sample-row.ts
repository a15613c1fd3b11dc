import type { Row } from '../api/rows.ts';

/** A row for specs; every field can be set. */
export function sampleRow(fields: Partial<Row> & { readonly leadId: string }): Row {
  return {
    version: 1,
    name: `Lead ${fields.leadId}`,
    scoredAtMs: 1_000,
    conversion: { logit: -2, probability: 0.12, range: null },
    goingCold: { logit: -1, probability: 0.27, range: null },
    match: null,
    band: 'warm',
    thinEvidence: null,
    isOpen: true,
    reasons: [],
    lastTouchAtMs: 500,
    lastTouchType: 'message',
    stage: null,
    sparkline: [0.1, 0.12],
    modelHash: 'hash',
    modelKind: 'prior',
    servedBy: 'onnx',
    ...fields,
  };
}
