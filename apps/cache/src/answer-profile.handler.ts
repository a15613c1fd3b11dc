import { leadProfileOf, type LeadProfileReply } from '@hub/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload, RpcException, Transport } from '@nestjs/microservices';
import { LeadProfiles } from './lead-profiles.ts';

/** Answers `lead.profile` over core NATS; instances share the requests. */
@Controller()
export class AnswerProfileHandler {
  constructor(private readonly profiles: LeadProfiles) {}

  @MessagePattern(leadProfileOf.subject, Transport.NATS)
  answer(@Payload() payload: unknown): Promise<LeadProfileReply> {
    const request = leadProfileOf.request.safeParse(payload);
    if (!request.success) throw new RpcException(`${leadProfileOf.subject} needs a tenantId and a leadId`);
    return this.profiles.find(request.data.tenantId, request.data.leadId);
  }
}
