import { COMPONENTS, GRADES, type Grading } from '@hub/telemetry';
import type { Session } from '@hub/session';
import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { operatorsOnly } from '../scope.ts';
import { SignedIn } from '../session.guard.ts';
import { TenantGuard, tenantParameter } from '../tenant.guard.ts';
import { GradeBook } from './grade-book.ts';

const grade = z.enum(GRADES);
const grading = z.discriminatedUnion('state', [
  z.object({ state: z.literal('noTraffic') }),
  z.object({
    state: z.literal('graded'),
    grade,
    points: z.number(),
    components: z.array(
      z.object({
        component: z.enum(COMPONENTS),
        /** ms or a share, as docs/grade.md says; null beyond what can be measured. */
        value: z.number().nullable(),
        grade,
        points: z.number(),
        weight: z.number(),
      }),
    ),
  }),
]);

@ApiTags('operation')
@Controller('api')
export class GradeController {
  constructor(private readonly grades: GradeBook) {}

  @Get('grade')
  @ApiOperation({ summary: 'The grade over all tenants; for operators' })
  @ApiOkResponse({ standardSchema: grading })
  overall(@SignedIn() session: Session): Promise<Grading> {
    operatorsOnly(session);
    return this.grades.of(null, Date.now());
  }

  @Get('tenants/:tenantId/grade')
  @UseGuards(TenantGuard)
  @ApiOperation({ summary: 'The grade of one tenant' })
  @ApiOkResponse({ standardSchema: grading })
  one(@Param('tenantId', { schema: tenantParameter }) tenant: string): Promise<Grading> {
    return this.grades.of(tenant, Date.now());
  }
}
