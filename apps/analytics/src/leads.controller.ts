import { leadProfile, scoredLead } from '@hub/contracts';
import { Database } from '@hub/database';
import { BadRequestException, Controller, Get, NotFoundException, Param, Query, Res, UseGuards } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Cursor, cursorParameter, limitParameter } from './cursor.ts';
import { EVENTS_LIST, type EventPage, leadWebhook, listLeadEvents } from './lead-events.ts';
import { LEAD_VIEWS, listLeads } from './lead-list.ts';
import { LeadProfiles } from './lead-profiles.ts';
import { historyAt, leadReasons, type LeadReasons, tellReasons } from './lead-reasons.ts';
import { problem, errorBody } from './problem.ts';
import { ScorePosition } from './score-position.ts';
import { TenantGuard, tenantNotFound, tenantParameter } from './tenant.guard.ts';

const MAX_LEADS = 500;
const MAX_EVENTS = 100;

const leadId = z.string().min(1).max(200);

const leadsQuery = z.object({
  view: z.enum(LEAD_VIEWS).default('now'),
  limit: limitParameter({ max: MAX_LEADS, standard: 50 }),
  cursor: cursorParameter.optional(),
});

const eventsQuery = z.object({
  limit: limitParameter({ max: MAX_EVENTS, standard: 20 }),
  cursor: cursorParameter.optional(),
});

const leadsPage = z.object({
  serverNowMs: z.number().int(),
  /** The list is at least as new as this sequence of the stream of scores. */
  sequence: z.number().int(),
  leads: z.array(scoredLead.omit({ eventIds: true, traceparent: true })),
  nextCursor: z.string().nullable(),
});

const eventsPage = z.object({ events: z.array(leadWebhook), nextCursor: z.string().nullable() });

@ApiTags('leads')
@ApiNotFoundResponse({ standardSchema: errorBody, description: 'No such tenant or lead, or not yours' })
@UseGuards(TenantGuard)
@Controller('api/tenants/:tenantId/leads')
export class LeadsController {
  constructor(
    private readonly database: Database,
    private readonly profiles: LeadProfiles,
    private readonly position: ScorePosition,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Scored leads: who to call now, who is going cold, or all' })
  @ApiOkResponse({ standardSchema: leadsPage })
  async list(
    @Param('tenantId', { schema: tenantParameter }) tenant: string,
    @Query({ schema: leadsQuery }) { view, limit, cursor }: z.infer<typeof leadsQuery>,
  ): Promise<z.infer<typeof leadsPage>> {
    // Asked first: a score published after that may be in the list or not, one before it is.
    const sequence = await this.position.current();
    const page = await listLeads(this.database, { tenantId: tenant, view, limit, cursor: ofList(cursor, view) });
    if (page === null) throw tenantNotFound();
    return { serverNowMs: Date.now(), sequence, leads: [...page.leads], nextCursor: page.nextCursor };
  }

  @Get(':leadId')
  @ApiOperation({ summary: 'One lead with every reason of both scores' })
  @ApiOkResponse({
    standardSchema: leadProfile,
    headers: { 'x-served-from': { description: 'l1, l2, l3 of the cache, or postgres', schema: { type: 'string' } } },
  })
  async one(
    @Param('tenantId', { schema: tenantParameter }) tenant: string,
    @Param('leadId', { schema: leadId }) lead: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof leadProfile>> {
    const found = await this.profiles.find(tenant, lead);
    if (found === null) throw leadNotFound();
    void reply.header('x-served-from', found.servedFrom);
    return found.profile;
  }

  @Get(':leadId/reasons')
  @ApiOperation({ summary: 'Why a lead has its odds: each reason in words, with the events that caused it' })
  @ApiOkResponse({ standardSchema: leadReasons })
  async reasons(
    @Param('tenantId', { schema: tenantParameter }) tenant: string,
    @Param('leadId', { schema: leadId }) lead: string,
  ): Promise<LeadReasons> {
    const found = await this.profiles.find(tenant, lead);
    if (found === null) throw leadNotFound();
    return tellReasons(found.profile, await historyAt(this.database, found.profile));
  }

  @Get(':leadId/events')
  @ApiOperation({ summary: 'What happened to a lead, newest first, with the webhooks as received' })
  @ApiOkResponse({ standardSchema: eventsPage })
  async events(
    @Param('tenantId', { schema: tenantParameter }) tenant: string,
    @Param('leadId', { schema: leadId }) lead: string,
    @Query({ schema: eventsQuery }) { limit, cursor }: z.infer<typeof eventsQuery>,
  ): Promise<EventPage> {
    const request = { tenantId: tenant, leadId: lead, limit, cursor: ofList(cursor, EVENTS_LIST) };
    const page = await listLeadEvents(this.database, request);
    if (page === null) throw leadNotFound();
    return page;
  }
}

function ofList(cursor: Cursor | undefined, list: string): Cursor | undefined {
  if (cursor === undefined || cursor.list === list) return cursor;
  throw new BadRequestException(problem('invalidInput', 'cursor: belongs to another list'));
}

function leadNotFound(): NotFoundException {
  return new NotFoundException(problem('leadNotFound', 'there is no such lead'));
}
