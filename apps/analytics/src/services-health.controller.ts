import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { serviceHealth, ServicesHealth } from './services-health.ts';

const healthOfAll = z.object({ serverNowMs: z.number().int(), services: z.array(serviceHealth) });

@ApiTags('operation')
@Controller('api/health')
export class ServicesHealthController {
  constructor(private readonly health: ServicesHealth) {}

  @Get()
  @ApiOperation({ summary: 'How every service is' })
  @ApiOkResponse({ standardSchema: healthOfAll })
  async all(): Promise<z.infer<typeof healthOfAll>> {
    const services = await this.health.all();
    return { serverNowMs: Date.now(), services };
  }
}
