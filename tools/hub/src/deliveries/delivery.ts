import type { Attempt, LetterLine } from '../dead/letter.ts';

/** One copy of a webhook, as the API tells it. */
export interface DeliveryLine {
  readonly tenantId: string;
  readonly eventId: string;
  readonly type: string | null;
  readonly leadId: string | null;
  readonly source: string;
  readonly sourceId: string;
  readonly outcome: 'applied' | 'duplicate' | 'dead' | 'parked';
  readonly attempts: number;
  readonly replayId: string | null;
  readonly packSequence: string;
  readonly packPosition: number;
  readonly receivedAtMs: number;
  readonly storedAtMs: number;
  readonly settledAtMs: number;
}

/** All that is known of one webhook. */
export interface DeliveryLife {
  readonly tenantId: string;
  readonly eventId: string;
  readonly atMs: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly traceparent: string;
  readonly copies: readonly DeliveryLine[];
  readonly decision: {
    readonly leadId: string;
    readonly version: number;
    readonly scoredAtMs: number;
    readonly band: string;
    readonly conversionLogit: number;
    readonly goingColdLogit: number;
  } | null;
  readonly letter: (LetterLine & { readonly attemptLog: readonly Attempt[] }) | null;
}
