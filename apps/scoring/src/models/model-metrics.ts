import { Counter, Gauge, Registry } from '@hub/telemetry';
import { Injectable } from '@nestjs/common';
import type { ServedModels } from './load-models.ts';
import type { RefusedModel } from './model-seating.ts';

/** Tells who serves, who cannot, and what became of what shadows were to score. */
@Injectable()
export class ModelMetrics {
  readonly #refused: Gauge<'model'>;
  readonly #serves: Gauge<'model' | 'hash'>;
  readonly #lookFailures: Counter;
  readonly #shadowed: Counter<'outcome'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#refused = new Gauge({
      name: 'hub_scoring_models_refused',
      help: 'Registered models that should score and cannot be loaded; what served before goes on',
      labelNames: ['model'],
      registers,
    });
    this.#serves = new Gauge({
      name: 'hub_scoring_model_serves',
      help: '1 for the registered model that decides, by its hash; none where the prior does',
      labelNames: ['model', 'hash'],
      registers,
    });
    this.#lookFailures = new Counter({
      name: 'hub_scoring_model_look_failures_total',
      help: 'Looks at the registry that failed; what served before went on',
      registers,
    });
    this.#shadowed = new Counter({
      name: 'hub_scoring_shadow_leads_total',
      help: 'Decisions that shadows were to score too, by what became of it; dropped: they could not keep up',
      labelNames: ['outcome'],
      registers,
    });
  }

  looked(slots: ServedModels['slots'], refused: readonly RefusedModel[]): void {
    this.#refused.reset();
    for (const { name } of refused) this.#refused.inc({ model: name });
    this.#serves.reset();
    for (const [model, { hash }] of Object.entries(slots)) if (hash !== null) this.#serves.set({ model, hash }, 1);
  }

  lookFailed(): void {
    this.#lookFailures.inc();
  }

  shadowed(outcome: 'stored' | 'dropped' | 'failed', leads: number): void {
    this.#shadowed.inc({ outcome }, leads);
  }
}
