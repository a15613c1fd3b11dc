import 'reflect-metadata';
import { DataSource } from 'typeorm';
import * as entities from './entities/index.ts';
import { Foundation1790000000001 } from './migrations/1-foundation.ts';
import { Sources1790000000002 } from './migrations/2-sources.ts';
import { Deliveries1790000000003 } from './migrations/3-deliveries.ts';
import { Ledger1790000000004 } from './migrations/4-ledger.ts';
import { OperatorsLook1790000000006 } from './migrations/6-operators-look.ts';
import { EventIdDays1790000000007 } from './migrations/7-event-id-days.ts';
import { SuspectSources1790000000008 } from './migrations/8-suspect-sources.ts';
import { ModelRegistry1790000000009 } from './migrations/9-model-registry.ts';
import { Sweeps1790000000010 } from './migrations/10-sweeps.ts';

/** TypeORM's view of the schema: migrations and entities. Hot paths speak SQL through `Database` instead. */
export function createDataSource(ownerUrl: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url: ownerUrl,
    entities: Object.values(entities),
    migrations: [
      Foundation1790000000001,
      Sources1790000000002,
      Deliveries1790000000003,
      Ledger1790000000004,
      OperatorsLook1790000000006,
      EventIdDays1790000000007,
      SuspectSources1790000000008,
      ModelRegistry1790000000009,
      Sweeps1790000000010,
    ],
    migrationsTransactionMode: 'all',
    synchronize: false,
  });
}
