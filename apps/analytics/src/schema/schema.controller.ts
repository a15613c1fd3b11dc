import { Database } from '@hub/database';
import type { Session } from '@hub/session';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { limitParameter } from '../cursor.ts';
import { operatorsOnly } from '../scope.ts';
import { SignedIn } from '../session.guard.ts';
import {
  type PayloadType,
  payloadType,
  readChanges,
  readTypes,
  schemaChange,
  type SchemaChangeEntry,
} from './schema-reads.ts';

const filter = z.object({ source: z.string().max(64).optional(), type: z.string().max(80).optional() });
const changesQuery = filter.extend({ limit: limitParameter({ max: 500, standard: 100 }) });
const types = z.object({ types: z.array(payloadType) });
const changes = z.object({ changes: z.array(schemaChange) });

/** What sources send, over all tenants; so for operators. */
@ApiTags('operation')
@Controller('api/schema')
export class SchemaController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ summary: 'Types per source with their fields, kinds, counts and a masked example; for operators' })
  @ApiOkResponse({ standardSchema: types })
  async types(
    @SignedIn() session: Session,
    @Query({ schema: filter }) { source, type }: z.infer<typeof filter>,
  ): Promise<{ types: PayloadType[] }> {
    operatorsOnly(session);
    return { types: await readTypes(this.database, { sourceId: source ?? null, type: type ?? null }) };
  }

  @Get('changes')
  @ApiOperation({ summary: 'New types and fields, changed kinds, vanished fields, newest first; for operators' })
  @ApiOkResponse({ standardSchema: changes })
  async changes(
    @SignedIn() session: Session,
    @Query({ schema: changesQuery }) { source, type, limit }: z.infer<typeof changesQuery>,
  ): Promise<{ changes: SchemaChangeEntry[] }> {
    operatorsOnly(session);
    const wanted = { sourceId: source ?? null, type: type ?? null };
    return { changes: await readChanges(this.database, wanted, limit) };
  }
}
