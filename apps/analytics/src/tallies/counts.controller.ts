import { Database } from '@hub/database';
import type { Session } from '@hub/session';
import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { limitParameter } from '../cursor.ts';
import { operatorsOnly } from '../scope.ts';
import { SignedIn } from '../session.guard.ts';
import { TenantGuard, tenantParameter } from '../tenant.guard.ts';
import { type Duplicates, duplicates, readDuplicates } from './duplicates.ts';
import { readRefusals, type Refusal, refusal } from './refusals.ts';

const limit = z.object({ limit: limitParameter({ max: 500, standard: 100 }) });
const refusals = z.object({ refusals: z.array(refusal) });

@ApiTags('operation')
@Controller('api')
export class CountsController {
  constructor(private readonly database: Database) {}

  @Get('tenants/:tenantId/duplicates')
  @UseGuards(TenantGuard)
  @ApiOperation({
    summary: 'Events of which more than one copy came, the latest first, and how many copies per minute',
  })
  @ApiOkResponse({ standardSchema: duplicates })
  duplicates(
    @Param('tenantId', { schema: tenantParameter }) tenant: string,
    @Query({ schema: limit }) query: z.infer<typeof limit>,
  ): Promise<Duplicates> {
    return readDuplicates(this.database, tenant, query.limit, Date.now());
  }

  @Get('refusals')
  @ApiOperation({ summary: 'Samples of what was refused and why, masked; for operators' })
  @ApiOkResponse({ standardSchema: refusals })
  async refusals(
    @SignedIn() session: Session,
    @Query({ schema: limit }) query: z.infer<typeof limit>,
  ): Promise<{ refusals: Refusal[] }> {
    operatorsOnly(session);
    return { refusals: await readRefusals(this.database, query.limit) };
  }
}
