import type { Session } from '@hub/session';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { limitParameter } from '../cursor.ts';
import { scopeOf } from '../scope.ts';
import { SignedIn } from '../session.guard.ts';
import { type Alert, alert, Alerts } from './alerts.ts';

const query = z.object({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  limit: limitParameter({ max: 500, standard: 100 }),
});
const answer = z.object({ alerts: z.array(alert) });

@ApiTags('operation')
@Controller('api/alerts')
export class AlertsController {
  constructor(private readonly alerts: Alerts) {}

  @Get()
  @ApiOperation({ summary: 'What a person should look at, newest first; of your tenants, of everything for operators' })
  @ApiOkResponse({ standardSchema: answer })
  async list(
    @SignedIn() session: Session,
    @Query({ schema: query }) { state, limit }: z.infer<typeof query>,
  ): Promise<{ alerts: Alert[] }> {
    const isOpen = state === 'all' ? null : state === 'open';
    return { alerts: await this.alerts.list(scopeOf(session), { isOpen, limit }) };
  }
}
