import { leadScoreOf, type LeadScoreReply } from '@hub/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload, RpcException, Transport } from '@nestjs/microservices';
import { ScoringMetrics } from '../scoring-metrics.ts';
import { ScoreRequests } from './score-requests.ts';

/** Answers `lead.score` over core NATS; instances share the requests. */
@Controller()
export class AnswerScoreHandler {
  constructor(
    private readonly requests: ScoreRequests,
    private readonly metrics: ScoringMetrics,
  ) {}

  @MessagePattern(leadScoreOf.subject, Transport.NATS)
  async answer(@Payload() payload: unknown): Promise<LeadScoreReply> {
    const request = leadScoreOf.request.safeParse(payload);
    if (!request.success) {
      const wrong = request.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
      throw new RpcException(`${leadScoreOf.subject} cannot be answered: ${wrong.join('; ')}`);
    }
    const reply = await this.requests.ask(request.data);
    this.metrics.asked(reply, request.data.leadIds.length);
    return reply;
  }
}
