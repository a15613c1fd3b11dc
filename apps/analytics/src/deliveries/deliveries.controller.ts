import { Database, findDeliveries, reachOfDeliveries, readKeptWebhook } from '@hub/database';
import type { Session } from '@hub/session';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  NotFoundException,
  Post,
  Query,
  type StreamableFile,
} from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { limitParameter } from '../cursor.ts';
import { errorBody, problem } from '../problem.ts';
import { rawBytes } from '../raw-bytes.ts';
import { ReplayJobs } from '../replays/replay-jobs.ts';
import type { DeliveryCursor } from '../replays/replay-page.ts';
import { type ReplayAnswer, replayAnswer, replayOrder } from '../replays/replay-request.ts';
import { searchScopeOf } from '../search-scope.ts';
import { encodePosition } from '../search-parameters.ts';
import { SignedIn } from '../session.guard.ts';
import { deliveryLifeOf } from './delivery-life.ts';
import { deliveryFilter, deliveryQuery, deliverySelection, selectedDeliveries } from './delivery-search.ts';
import { deliveryLife, type DeliveryLife, deliveryPage, type DeliveryPage } from './delivery-shapes.ts';
import { tenantParameter } from '../tenant.guard.ts';

const listQuery = deliveryQuery.extend({ limit: limitParameter({ max: 500, standard: 50 }) });
// In the query: an id may be longer than a router takes in a path.
const oneQuery = z.object({ tenant: tenantParameter, event: z.string().min(1).max(200) });
const replayBody = z.strictObject({ ...replayOrder, filter: deliverySelection });

@ApiTags('deliveries')
@ApiNotFoundResponse({ standardSchema: errorBody, description: 'No such delivery or tenant, or not yours' })
@Controller('api/deliveries')
export class DeliveriesController {
  constructor(
    private readonly database: Database,
    private readonly jobs: ReplayJobs,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Deliveries of the last 35 days, newest first, by any mix of criteria' })
  @ApiOkResponse({ standardSchema: deliveryPage })
  async list(
    @SignedIn() session: Session,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<DeliveryPage> {
    const scope = searchScopeOf(session, query.tenant);
    const page = await this.database.asTenants(scope.see, (tx) =>
      findDeliveries(tx, deliveryFilter(scope, query), { limit: query.limit, after: query.cursor }),
    );
    return { deliveries: [...page.rows], nextCursor: encodePosition(page.next) };
  }

  @Get('life')
  @ApiOperation({ summary: 'The life of one webhook: received, stored, every copy and attempt, scored or dead' })
  @ApiOkResponse({ standardSchema: deliveryLife })
  async life(
    @SignedIn() session: Session,
    @Query({ schema: oneQuery }) { tenant, event }: z.infer<typeof oneQuery>,
  ): Promise<DeliveryLife> {
    const { see } = searchScopeOf(session, tenant);
    const life = await this.database.asTenants(see, (tx) => deliveryLifeOf(tx, tenant, event));
    if (life === null) throw deliveryNotFound();
    return life;
  }

  @Get('raw')
  @Header('X-Content-Type-Options', 'nosniff')
  @ApiOperation({ summary: 'The exact bytes of one webhook' })
  @ApiProduces('application/octet-stream')
  async raw(
    @SignedIn() session: Session,
    @Query({ schema: oneQuery }) { tenant, event }: z.infer<typeof oneQuery>,
  ): Promise<StreamableFile> {
    const { see } = searchScopeOf(session, tenant);
    const kept = await this.database.asTenants(see, (tx) => readKeptWebhook(tx, tenant, event));
    if (kept === null) throw deliveryNotFound();
    return rawBytes(kept.webhook.body, `${event}.bin`);
  }

  @Post('replays')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Put deliveries into the inbox again, byte for byte; applied ones publish their score again',
  })
  @ApiOkResponse({ standardSchema: replayAnswer })
  replay(
    @SignedIn() session: Session,
    @Body({ schema: replayBody }) order: z.infer<typeof replayBody>,
  ): Promise<ReplayAnswer> {
    const scope = searchScopeOf(session, order.tenant);
    const { filter: selection, ratePerS, reason, dryRun } = order;
    const nowMs = Date.now();
    const start: DeliveryCursor = { after: null, upToMs: nowMs };
    return this.jobs.order(
      session,
      { kind: 'delivery', scope, selection, ratePerS, reason, dryRun },
      (tx) => reachOfDeliveries(tx, selectedDeliveries(scope, selection)),
      () => Promise.resolve(start),
      nowMs,
    );
  }
}

function deliveryNotFound(): NotFoundException {
  return new NotFoundException(problem('deliveryNotFound', 'there is no such delivery'));
}
