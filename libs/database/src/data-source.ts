import 'reflect-metadata';
import { DataSource } from 'typeorm';
import {
  AuditRecord,
  DeadLetter,
  DeadLetterGroup,
  Delivery,
  Event,
  EventId,
  Lead,
  Model,
  Replay,
  Score,
  SignInLink,
  Tenant,
  User,
} from './entities/index.ts';
import { Foundation1790000000001 } from './migrations/1-foundation.ts';
import { Deliveries1790000000003 } from './migrations/3-deliveries.ts';

/** TypeORM's view of the schema: migrations and entities. Hot paths speak SQL through `Database` instead. */
export function createDataSource(ownerUrl: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url: ownerUrl,
    entities: [
      Tenant,
      Lead,
      EventId,
      Event,
      Score,
      Model,
      DeadLetter,
      DeadLetterGroup,
      Delivery,
      Replay,
      AuditRecord,
      User,
      SignInLink,
    ],
    migrations: [Foundation1790000000001, Deliveries1790000000003],
    migrationsTransactionMode: 'all',
    synchronize: false,
  });
}
