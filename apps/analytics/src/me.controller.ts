import { Database } from '@hub/database';
import type { Session } from '@hub/session';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { AnalyticsConfig } from './config.ts';
import { SignedIn } from './session.guard.ts';
import { type Tenant, tenant, tenantsOf } from './tenants.ts';
import { ANALYTICS_CONFIG } from './tokens.ts';

const me = z.object({
  user: z.object({ name: z.string() }),
  tenants: z.array(tenant),
  /** Where the live stream of scores is. */
  realtimeUrl: z.string(),
  /** Where the CRM posts to; null when this service was not told. */
  webhookUrl: z.string().nullable(),
  serverNowMs: z.number().int(),
});

const tenantList = z.object({ tenants: z.array(tenant) });

@ApiTags('session')
@Controller('api')
export class MeController {
  constructor(
    private readonly database: Database,
    @Inject(ANALYTICS_CONFIG) private readonly config: AnalyticsConfig,
  ) {}

  @Get('me')
  @ApiOperation({ summary: 'Who is signed in, what they may see, and where live scores are' })
  @ApiOkResponse({ standardSchema: me })
  async me(@SignedIn() session: Session): Promise<z.infer<typeof me>> {
    return {
      user: { name: session.name },
      tenants: await tenantsOf(this.database, session),
      realtimeUrl: this.config.REALTIME_URL,
      webhookUrl: this.config.WEBHOOK_URL ?? null,
      serverNowMs: Date.now(),
    };
  }

  @Get('tenants')
  @ApiOperation({ summary: 'The tenants the session may see' })
  @ApiOkResponse({ standardSchema: tenantList })
  async tenants(@SignedIn() session: Session): Promise<{ tenants: Tenant[] }> {
    return { tenants: await tenantsOf(this.database, session) };
  }
}
