import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { DeadLetter, Event, EventId, Lead, Model, Score, SignInLink, Tenant, User } from './entities/index.ts';
import { Foundation1790000000001 } from './migrations/1-foundation.ts';

/** TypeORM's view of the schema: migrations and entities. Hot paths speak SQL through `Database` instead. */
export function createDataSource(ownerUrl: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url: ownerUrl,
    entities: [Tenant, Lead, EventId, Event, Score, Model, DeadLetter, User, SignInLink],
    migrations: [Foundation1790000000001],
    migrationsTransactionMode: 'all',
    synchronize: false,
  });
}
