import { createPool, Database, isOutage } from '@hub/database';
import { createBreaker } from '@hub/resilience';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import type { ScoringConfig } from '../config.ts';
import { storeCatalogue } from '../store-decisions.ts';
import { MODELS } from '../tokens.ts';
import { loadModels, type ServedModels } from './load-models.ts';
import { ModelMetrics } from './model-metrics.ts';
import { ModelSeating } from './model-seating.ts';
import { ModelWatch } from './model-watch.ts';
import { ShadowUpkeep } from './shadow-upkeep.ts';
import { Shadows } from './shadows.ts';
import { TenantShifts } from './tenant-shifts.ts';

const ONNX_DEADLINE_MS = 5_000;
const SHADOW_DEADLINE_MS = 10_000;

/** What decides on leads, and what keeps that in line with the registry. */
@Module({})
export class ModelsModule {
  /** @param imports Where `Database` and the connection to the broker come from. */
  static with(config: ScoringConfig, imports: readonly DynamicModule[]): DynamicModule {
    return {
      module: ModelsModule,
      imports: [...imports],
      providers: [
        TenantShifts,
        ModelMetrics,
        ModelWatch,
        ShadowUpkeep,
        {
          provide: MODELS,
          inject: [Database, TenantShifts, LOGGER, Registry],
          useFactory: async (store: Database, shifts: TenantShifts, logger: Logger, registry: Registry) => {
            const breaker = createBreaker({ name: 'onnx', timeoutMs: ONNX_DEADLINE_MS, logger, registry });
            const models = await loadModels(config.MODEL_DIR ?? null, breaker, logger, shifts);
            await storeCatalogue(store, models.catalogue);
            return models;
          },
        },
        {
          provide: Shadows,
          inject: [TenantShifts, ModelMetrics, LOGGER],
          useFactory: (shifts: TenantShifts, metrics: ModelMetrics, logger: Logger) =>
            new Shadows({
              database: shadowDatabase(config.DATABASE_URL),
              shifts,
              logger,
              counted: (outcome, leads) => metrics.shadowed(outcome, leads),
            }),
        },
        {
          provide: ModelSeating,
          inject: [Database, MODELS, Shadows, TenantShifts, LOGGER],
          useFactory: (
            store: Database,
            { slots }: ServedModels,
            shadows: Shadows,
            shifts: TenantShifts,
            logger: Logger,
          ) => new ModelSeating(store, { slots, shadows, shifts }, logger),
        },
      ],
      exports: [MODELS, Shadows, ModelWatch],
    };
  }
}

/** One connection: a shadow's insert that takes long keeps no decision waiting for a connection. */
function shadowDatabase(url: string): Database {
  const breaker = createBreaker({ name: 'postgres shadows', timeoutMs: SHADOW_DEADLINE_MS, isFailure: isOutage });
  return new Database(createPool({ url, name: 'scoring shadows', max: 1 }), breaker);
}
