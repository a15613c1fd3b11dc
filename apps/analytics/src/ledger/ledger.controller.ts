import { Database } from '@hub/database';
import type { Session } from '@hub/session';
import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { limitParameter } from '../cursor.ts';
import { scopeOf } from '../scope.ts';
import { SignedIn } from '../session.guard.ts';
import { TenantGuard, tenantParameter } from '../tenant.guard.ts';
import { ledger, type Ledger, readLedger } from './ledger.ts';

const MINUTE_MS = 60_000;

const query = z.object({ minutes: limitParameter({ max: 1_440, standard: 60 }) });

/** received = scored + duplicates + dead-lettered + parked + in flight, per tenant and minute. */
@ApiTags('operation')
@Controller()
export class LedgerController {
  constructor(private readonly database: Database) {}

  @Get(['ledger', 'api/ledger'])
  @ApiOperation({ summary: 'What came in per tenant and minute, and what became of it' })
  @ApiOkResponse({ standardSchema: ledger })
  all(@SignedIn() session: Session, @Query({ schema: query }) { minutes }: z.infer<typeof query>): Promise<Ledger> {
    return this.read(scopeOf(session), null, minutes);
  }

  @Get('api/tenants/:tenantId/ledger')
  @UseGuards(TenantGuard)
  @ApiOperation({ summary: 'The ledger of one tenant' })
  @ApiOkResponse({ standardSchema: ledger })
  one(
    @Param('tenantId', { schema: tenantParameter }) tenant: string,
    @Query({ schema: query }) { minutes }: z.infer<typeof query>,
  ): Promise<Ledger> {
    return this.read([tenant], tenant, minutes);
  }

  private read(scope: readonly string[], tenant: string | null, minutes: number): Promise<Ledger> {
    const nowMs = Date.now();
    return readLedger(this.database, { scope, tenantId: tenant, fromMs: nowMs - minutes * MINUTE_MS, nowMs });
  }
}
