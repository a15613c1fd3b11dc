import type { Session } from '@hub/session';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { errorBody } from '../problem.ts';
import { searchScopeOf } from '../search-scope.ts';
import { SignedIn } from '../session.guard.ts';
import { ReplayJobs } from './replay-jobs.ts';
import { replayJob, type ReplayJob } from './replay-request.ts';

const id = z.string().regex(/^\d{1,18}$/, 'must be the number of a replay');
const replayList = z.object({ replays: z.array(replayJob) });

@ApiTags('replays')
@ApiNotFoundResponse({ standardSchema: errorBody, description: 'No such replay, or not yours' })
@Controller('api/replays')
export class ReplaysController {
  constructor(private readonly jobs: ReplayJobs) {}

  @Get()
  @ApiOperation({ summary: 'Replays, newest first' })
  @ApiOkResponse({ standardSchema: replayList })
  async list(@SignedIn() session: Session): Promise<z.infer<typeof replayList>> {
    return { replays: await this.jobs.list(searchScopeOf(session, undefined)) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far a replay is' })
  @ApiOkResponse({ standardSchema: replayJob })
  one(@SignedIn() session: Session, @Param('id', { schema: id }) replayId: string): Promise<ReplayJob> {
    return this.jobs.find(searchScopeOf(session, undefined), replayId);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop a replay: what was not sent yet is not sent' })
  @ApiOkResponse({ standardSchema: replayJob })
  cancel(@SignedIn() session: Session, @Param('id', { schema: id }) replayId: string): Promise<ReplayJob> {
    return this.jobs.cancel(session, searchScopeOf(session, undefined), replayId, Date.now());
  }
}
