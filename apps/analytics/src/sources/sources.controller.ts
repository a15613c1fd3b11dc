import type { Session } from '@hub/session';
import { Body, Controller, Delete, Get, Param, Post, UseGuards } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { z } from 'zod';
import { errorBody } from '../problem.ts';
import { SignedIn } from '../session.guard.ts';
import { TenantGuard } from '../tenant.guard.ts';
import { ManageSources, tenantOwner } from './manage-sources.ts';
import {
  idOf,
  type KeyAdded,
  keyAdded,
  newKey,
  type NewKeyRequest,
  newSource,
  type NewSourceRequest,
  type SourceChanged,
  sourceChanged,
  sourceList,
} from './source-shapes.ts';

const ofTenant = idOf('tenant');
const ofSource = idOf('source');
const ofKey = idOf('key');

@ApiTags('sources')
@ApiNotFoundResponse({ standardSchema: errorBody, description: 'No such tenant, source or key, or not yours' })
@UseGuards(TenantGuard)
@Controller('api/tenants/:tenantId/sources')
export class SourcesController {
  constructor(private readonly sources: ManageSources) {}

  @Get()
  @ApiOperation({ summary: 'Who may send webhooks for a tenant, with which keys, and when these were last used' })
  @ApiOkResponse({ standardSchema: sourceList })
  async list(@Param('tenantId', { schema: ofTenant }) tenant: string): Promise<z.infer<typeof sourceList>> {
    return { sources: await this.sources.list(tenantOwner(tenant), Date.now()) };
  }

  @Post()
  @ApiOperation({ summary: 'Let somebody send webhooks; a secret that the hub makes is shown this once' })
  @ApiCreatedResponse({ standardSchema: keyAdded })
  @ApiConflictResponse({ standardSchema: errorBody, description: 'There are as many as there may be' })
  create(
    @SignedIn() session: Session,
    @Param('tenantId', { schema: ofTenant }) tenant: string,
    @Body({ schema: newSource }) request: NewSourceRequest,
  ): Promise<KeyAdded> {
    return this.sources.create(session, tenantOwner(tenant), request, Date.now());
  }

  @Post(':sourceId/keys')
  @ApiOperation({ summary: 'Rotate: a key that is valid beside the others, which may be told when to end' })
  @ApiCreatedResponse({ standardSchema: keyAdded })
  @ApiConflictResponse({ standardSchema: errorBody, description: 'Revoked, or as many keys as there may be' })
  addKey(
    @SignedIn() session: Session,
    @Param('tenantId', { schema: ofTenant }) tenant: string,
    @Param('sourceId', { schema: ofSource }) sourceId: string,
    @Body({ schema: newKey }) request: NewKeyRequest,
  ): Promise<KeyAdded> {
    return this.sources.addKey(session, tenantOwner(tenant), sourceId, request, Date.now());
  }

  @Delete(':sourceId/keys/:keyId')
  @ApiOperation({ summary: 'Refuse from now on what was signed with this key' })
  @ApiOkResponse({ standardSchema: sourceChanged })
  revokeKey(
    @SignedIn() session: Session,
    @Param('tenantId', { schema: ofTenant }) tenant: string,
    @Param('sourceId', { schema: ofSource }) sourceId: string,
    @Param('keyId', { schema: ofKey }) keyId: string,
  ): Promise<SourceChanged> {
    return this.sources.revokeKey(session, tenantOwner(tenant), sourceId, keyId, Date.now());
  }

  @Delete(':sourceId')
  @ApiOperation({ summary: 'Refuse from now on whatever this sender sends; for good' })
  @ApiOkResponse({ standardSchema: sourceChanged })
  revoke(
    @SignedIn() session: Session,
    @Param('tenantId', { schema: ofTenant }) tenant: string,
    @Param('sourceId', { schema: ofSource }) sourceId: string,
  ): Promise<SourceChanged> {
    return this.sources.revokeSource(session, tenantOwner(tenant), sourceId, Date.now());
  }
}
