import { INBOX, leadScored, webhookReceived } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import type { MessageHandler } from '@nestjs/microservices';
import { pairHandlers } from './handler-table.ts';

const settings = { durable: 'scoring', batch: 8, waitMs: 1_000 };

/** A handler as Nest keeps it. */
function handlerOf(contract?: unknown, next?: MessageHandler): MessageHandler {
  const handler: MessageHandler = () => Promise.resolve([]);
  return Object.assign(handler, {
    isEventHandler: true,
    ...(contract ? { extras: { declaration: { contract, settings } } } : {}),
    ...(next ? { next } : {}),
  });
}

const inbox = [webhookReceived.subject, handlerOf(webhookReceived)] as const;
const scores = [leadScored.subject, handlerOf(leadScored)] as const;

describe('pairHandlers', () => {
  it('finds the settings of each contract beside its handler', () => {
    const [entry] = pairHandlers([webhookReceived], new Map([inbox]));
    expect(entry).toMatchObject({ contract: { stream: INBOX }, settings, handler: inbox[1] });
  });

  it('leaves handlers of other transports alone', () => {
    expect(pairHandlers([], new Map([['lead.profile', handlerOf()]]))).toEqual([]);
  });

  it('names everything that is wrong at once', () => {
    const twice = handlerOf(webhookReceived, handlerOf(webhookReceived));
    const third = { ...leadScored, subject: 'third.*' };
    expect(() => pairHandlers([webhookReceived, third], new Map([[webhookReceived.subject, twice], scores]))).toThrow(
      'third.* has no handler; webhook.received.live has two handlers; lead.scored.* has a handler and is not listed',
    );
  });
});
