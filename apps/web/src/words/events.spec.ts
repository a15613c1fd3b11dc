import { describe, expect, it } from '@jest/globals';
import { leadEventType } from '@hub/contracts';
import { eventWords, touchWords } from './events.ts';

const event = { type: 'message', actor: 'lead', channel: null, stage: null, value: null } as const;

describe('eventWords', () => {
  it.each([
    [{ ...event, channel: 'sms' }, 'Text from the lead'],
    [{ ...event, actor: 'agent', channel: 'email' } as const, 'E-mail by an agent'],
    [{ ...event, actor: 'system', channel: 'carrierpigeon' } as const, 'Message by automation'],
    [{ ...event, type: 'call', actor: 'agent', value: 250 } as const, 'Call by an agent, 4 min'],
    [{ ...event, type: 'call', value: 0 } as const, 'Call from the lead'],
    [{ ...event, type: 'opportunity.status', stage: 'won' } as const, 'Deal won'],
    [{ ...event, type: 'opportunity.value', value: 412_000 } as const, 'Deal value now 412,000'],
  ])('reads %o as %s', (input, words) => {
    expect(eventWords(input)).toBe(words);
  });

  it('says why an open or click is held to be a machine’s', () => {
    const clicked = { ...event, type: 'email.clicked' } as const;
    expect(eventWords(clicked, 'by a machine: three links in 2 s')).toBe(
      'Link in an e-mail followed, by a machine: three links in 2 s',
    );
    expect(eventWords(clicked)).toBe('Link in an e-mail followed, perhaps by a machine');
  });

  it('has words for every type of event', () => {
    for (const type of leadEventType.options) {
      expect(eventWords({ ...event, type })).toMatch(/^[A-Z]/);
    }
  });
});

describe('touchWords', () => {
  it('drops the dots', () => {
    expect(touchWords('appointment.kept')).toBe('appointment kept');
    expect(touchWords('lead.created')).toBe('created');
  });
});
