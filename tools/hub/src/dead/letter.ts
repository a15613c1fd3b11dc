/** As the API tells it. */
export interface LetterLine {
  readonly id: string;
  readonly tenantId: string;
  readonly eventId: string;
  readonly state: 'dead' | 'parked' | 'replayed' | 'dropped';
  readonly reason: string;
  readonly cause: string;
  readonly type: string | null;
  readonly leadId: string | null;
  readonly sourceId: string;
  readonly attempts: number;
  readonly bytes: number;
  readonly receivedAtMs: number;
  readonly firstFailedAtMs: number;
  readonly lastFailedAtMs: number;
  readonly sentAgainAtMs: number | null;
  readonly settledAtMs: number | null;
}

export interface Attempt {
  readonly atMs: number;
  readonly reason: string;
  readonly cause: string;
}

export interface Letter extends LetterLine {
  readonly detail: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly traceparent: string;
  readonly attemptLog: readonly Attempt[];
  readonly bytesBase64: string;
}

export interface LetterGroup {
  readonly reason: string;
  readonly cause: string;
  readonly letters: number;
  readonly dead: number;
  readonly parked: number;
  readonly replayed: number;
  readonly dropped: number;
  readonly tenants: number;
  readonly firstFailedAtMs: number;
  readonly lastFailedAtMs: number;
  readonly exampleId: string;
}
