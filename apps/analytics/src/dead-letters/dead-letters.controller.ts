import {
  Database,
  findLetters,
  type Letter,
  letterGroups,
  newestLetterId,
  reachOfLetters,
  readLetter,
} from '@hub/database';
import type { Session } from '@hub/session';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  type StreamableFile,
} from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { limitParameter } from '../cursor.ts';
import { readableBody } from '../event-body.ts';
import { errorBody, problem } from '../problem.ts';
import { rawBytes } from '../raw-bytes.ts';
import { ReplayJobs } from '../replays/replay-jobs.ts';
import type { LetterCursor } from '../replays/replay-page.ts';
import { reachAnswer, type ReplayAnswer, replayAnswer, replayOrder } from '../replays/replay-request.ts';
import { searchScopeOf } from '../search-scope.ts';
import { encodePosition } from '../search-parameters.ts';
import { SignedIn } from '../session.guard.ts';
import { dropSelected } from './drop-letters.ts';
import { letterFilter, letterId, letterQuery, letterSelection, selectedLetters } from './letter-search.ts';
import { letterGroupsAnswer, letterPage, type LetterPage, wholeLetter } from './letter-shapes.ts';
import { tenantParameter } from '../tenant.guard.ts';

const listQuery = letterQuery.extend({ limit: limitParameter({ max: 500, standard: 50 }) });
const groupsQuery = z.object({
  tenant: tenantParameter.optional(),
  limit: limitParameter({ max: 500, standard: 100 }),
});
const replayBody = z.strictObject({ ...replayOrder, filter: letterSelection });
const dropBody = z.strictObject({
  tenant: replayOrder.tenant,
  filter: letterSelection,
  reason: z.string().min(1).max(300),
  dryRun: replayOrder.dryRun,
});
const dropAnswer = z.object({ reach: reachAnswer, dropped: z.number().int() });

@ApiTags('dead letters')
@ApiNotFoundResponse({ standardSchema: errorBody, description: 'No such letter or tenant, or not yours' })
@Controller('api/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly database: Database,
    private readonly jobs: ReplayJobs,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Webhooks that could not be applied, newest first, by any mix of criteria' })
  @ApiOkResponse({ standardSchema: letterPage })
  async list(
    @SignedIn() session: Session,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<LetterPage> {
    const scope = searchScopeOf(session, query.tenant);
    const page = await this.database.asTenants(scope.see, (tx) =>
      findLetters(tx, letterFilter(scope, query), { limit: query.limit, after: query.cursor }),
    );
    return { letters: [...page.rows], nextCursor: encodePosition(page.next) };
  }

  @Get('groups')
  @ApiOperation({ summary: 'Dead letters by root cause: same reason, same place in the code' })
  @ApiOkResponse({ standardSchema: letterGroupsAnswer })
  async groups(
    @SignedIn() session: Session,
    @Query({ schema: groupsQuery }) { tenant, limit }: z.infer<typeof groupsQuery>,
  ): Promise<z.infer<typeof letterGroupsAnswer>> {
    const scope = searchScopeOf(session, tenant);
    const { tenantIds } = scope;
    return { groups: await this.database.asTenants(scope.see, (tx) => letterGroups(tx, { tenantIds, limit })) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One letter: bytes, headers, attempts, trace' })
  @ApiOkResponse({ standardSchema: wholeLetter })
  async one(
    @SignedIn() session: Session,
    @Param('id', { schema: letterId }) id: string,
  ): Promise<z.infer<typeof wholeLetter>> {
    const { body, source: _source, ...letter } = await this.find(session, id);
    const { headers, attemptLog, ...rest } = letter;
    const bytesBase64 = body.toString('base64');
    return { ...rest, headers: { ...headers }, attemptLog: [...attemptLog], bytesBase64, ...readableBody(body) };
  }

  @Get(':id/raw')
  @Header('X-Content-Type-Options', 'nosniff')
  @ApiOperation({ summary: 'The exact bytes' })
  @ApiProduces('application/octet-stream')
  async raw(@SignedIn() session: Session, @Param('id', { schema: letterId }) id: string): Promise<StreamableFile> {
    const { body, eventId } = await this.find(session, id);
    return rawBytes(body, `${eventId}.bin`);
  }

  @Post('replays')
  @HttpCode(200)
  @ApiOperation({ summary: 'Put letters back into the inbox, at a rate; a dry run says how many and whose' })
  @ApiOkResponse({ standardSchema: replayAnswer })
  replay(
    @SignedIn() session: Session,
    @Body({ schema: replayBody }) order: z.infer<typeof replayBody>,
  ): Promise<ReplayAnswer> {
    const scope = searchScopeOf(session, order.tenant);
    const { filter: selection, ratePerS, reason, dryRun } = order;
    return this.jobs.order(
      session,
      { kind: 'dead', scope, selection, ratePerS, reason, dryRun },
      (tx) => reachOfLetters(tx, selectedLetters(scope, selection)),
      async (tx): Promise<LetterCursor> => ({ afterId: '0', upToId: await newestLetterId(tx) }),
      Date.now(),
    );
  }

  @Post('drops')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give letters up, for a reason; their bytes stay until their time is over' })
  @ApiOkResponse({ standardSchema: dropAnswer })
  drop(
    @SignedIn() session: Session,
    @Body({ schema: dropBody }) { tenant, filter: selection, reason, dryRun }: z.infer<typeof dropBody>,
  ): Promise<z.infer<typeof dropAnswer>> {
    const scope = searchScopeOf(session, tenant);
    return dropSelected(this.database, session, { scope, selection, reason, dryRun }, Date.now());
  }

  private async find(session: Session, id: string): Promise<Letter> {
    const { see } = searchScopeOf(session, undefined);
    const letter = await this.database.asTenants(see, (tx) => readLetter(tx, id));
    if (letter === null) throw new NotFoundException(problem('letterNotFound', 'there is no such dead letter'));
    return letter;
  }
}
