/** As the API tells it. */
export interface ReplayJob {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: 'dead' | 'delivery';
  readonly filter: Readonly<Record<string, unknown>>;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly ratePerS: number;
  readonly total: number;
  readonly sent: number;
  readonly leads: number;
  readonly requestedBy: string;
  readonly reason: string;
  readonly failure: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly finishedAtMs: number | null;
}

/** How much a filter touches; `more`: at least so much, counting ended there. */
export interface Reach {
  readonly matched: number;
  readonly events: number;
  readonly leads: number;
  readonly more: boolean;
}

export interface ReplayAnswer {
  readonly reach: Reach;
  /** Null after a dry run, and where nothing matches. */
  readonly job: ReplayJob | null;
}
