import type { Session } from '@hub/session';
import { GHL_SOURCE_ID } from '@hub/sources';
import {
  Body,
  type CanActivate,
  Controller,
  Delete,
  type ExecutionContext,
  Get,
  Injectable,
  Param,
  Post,
  UseGuards,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiForbiddenResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { errorBody } from '../problem.ts';
import { operatorsOnly } from '../scope.ts';
import { sessionOf, SignedIn } from '../session.guard.ts';
import { ManageSources, PLATFORM_OWNER } from './manage-sources.ts';
import {
  idOf,
  type KeyAdded,
  keyAdded,
  newPlatformKey,
  type SourceChanged,
  sourceChanged,
  sourceList,
} from './source-shapes.ts';

const keyId = idOf('key');

/** For what concerns every tenant at once. */
@Injectable()
class OperatorGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    operatorsOnly(sessionOf(context.switchToHttp().getRequest<FastifyRequest>()));
    return true;
  }
}

/** GoHighLevel signs for all tenants with one key; when it announces the next one, it is entered here. */
@ApiTags('sources')
@ApiForbiddenResponse({ standardSchema: errorBody, description: 'Not somebody who may see every tenant' })
@UseGuards(OperatorGuard)
@Controller(`api/sources/${GHL_SOURCE_ID}/keys`)
export class PlatformKeysController {
  constructor(private readonly sources: ManageSources) {}

  @Get()
  @ApiOperation({ summary: "GoHighLevel's keys beside the one that is built in" })
  @ApiOkResponse({ standardSchema: sourceList })
  async list(): Promise<z.infer<typeof sourceList>> {
    return { sources: await this.sources.list(PLATFORM_OWNER, Date.now()) };
  }

  @Post()
  @ApiOperation({ summary: 'Take what GoHighLevel signs with one more key' })
  @ApiCreatedResponse({ standardSchema: keyAdded })
  add(
    @SignedIn() session: Session,
    @Body({ schema: newPlatformKey }) { publicKey: secret, ...times }: z.infer<typeof newPlatformKey>,
  ): Promise<KeyAdded> {
    return this.sources.addKey(session, PLATFORM_OWNER, GHL_SOURCE_ID, { secret, ...times }, Date.now());
  }

  @Delete(':keyId')
  @ApiOperation({ summary: 'Refuse from now on what was signed with this key; the built-in one stays' })
  @ApiOkResponse({ standardSchema: sourceChanged })
  revoke(@SignedIn() session: Session, @Param('keyId', { schema: keyId }) key: string): Promise<SourceChanged> {
    return this.sources.revokeKey(session, PLATFORM_OWNER, GHL_SOURCE_ID, key, Date.now());
  }
}
