import { Database } from '@hub/database';
import { gaugeIn, gradeAll, type Grading, Registry } from '@hub/telemetry';
import { Injectable } from '@nestjs/common';
import { measure } from './measure.ts';

const FRESH_MS = 2_000;
const MAX_ENTRIES = 1_000;

interface Entry {
  readonly atMs: number;
  readonly grading: Promise<Grading>;
}

/** Grades as they are now. Many who ask at once share one measurement, and it is kept for 2 seconds. */
@Injectable()
export class GradeBook {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly database: Database,
    private readonly registry: Registry,
  ) {}

  /** @param tenantId null: overall. */
  of(tenantId: string | null, nowMs: number): Promise<Grading> {
    const key = tenantId ?? '*';
    const known = this.#entries.get(key);
    if (known !== undefined && nowMs - known.atMs < FRESH_MS) return known.grading;
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    const grading = this.#measure(tenantId, nowMs);
    this.#entries.set(key, { atMs: nowMs, grading });
    // A failure is told to those who asked, and not kept.
    grading.catch(() => this.#entries.delete(key));
    return grading;
  }

  async #measure(tenantId: string | null, nowMs: number): Promise<Grading> {
    const { measured, hasTraffic } = await measure(this.database, tenantId, nowMs);
    const grading = gradeAll(measured, hasTraffic);
    if (tenantId === null) this.#publish(grading);
    return grading;
  }

  #publish(grading: Grading): void {
    const gauge = gaugeIn(this.registry, {
      name: 'hub_grade',
      help: 'Overall grade: A is 4, F is 0; absent without traffic',
    });
    if (grading.state === 'graded') gauge.set(grading.points);
    else gauge.remove();
  }
}
