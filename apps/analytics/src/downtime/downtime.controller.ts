import { Database, epochMs } from '@hub/database';
import type { Session } from '@hub/session';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { limitParameter } from '../cursor.ts';
import { scopeOf } from '../scope.ts';
import { SignedIn } from '../session.guard.ts';

const query = z.object({ service: z.string().max(64).optional(), limit: limitParameter({ max: 500, standard: 100 }) });

const downtime = z.object({
  id: z.string(),
  service: z.string(),
  beganAtMs: z.number().int(),
  /** null while it lasts. */
  endedAtMs: z.number().int().nullable(),
  /** What may have been missed, per tenant; only for gaps of the gateway that have ended. */
  estimates: z.array(
    z.object({
      tenantId: z.string(),
      expected: z.number(),
      /** 95 of 100 such gaps miss between low and high. */
      low: z.number().int(),
      high: z.number().int(),
      /** `sameHours`: of earlier weeks. `lastHours`: before the gap, where no two weeks are known. */
      basis: z.enum(['sameHours', 'lastHours']),
    }),
  ),
});
type Downtime = z.infer<typeof downtime>;
const answer = z.object({ downtimes: z.array(downtime) });

@ApiTags('operation')
@Controller('api/downtime')
export class DowntimeController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ summary: 'Gaps in service, newest first, with what your tenants may have missed' })
  @ApiOkResponse({ standardSchema: answer })
  async list(
    @SignedIn() session: Session,
    @Query({ schema: query }) { service, limit }: z.infer<typeof query>,
  ): Promise<{ downtimes: Downtime[] }> {
    const downtimes = await this.database.asTenants(scopeOf(session), (tx) =>
      tx.query<Downtime>({
        name: 'downtimes',
        text: `SELECT id, service, ${epochMs('began_at')} AS "beganAtMs",
            ${epochMs('ended_at')} AS "endedAtMs",
            coalesce((SELECT json_agg(json_build_object('tenantId', tenant_id, 'expected', expected, 'low', low,
                'high', high, 'basis', basis) ORDER BY expected DESC, tenant_id)
              FROM downtime_estimates WHERE downtime_id = downtimes.id), '[]') AS estimates
          FROM downtimes WHERE $1::text IS NULL OR service = $1 ORDER BY began_at DESC LIMIT $2`,
        values: [service ?? null, limit],
      }),
    );
    return { downtimes };
  }
}
