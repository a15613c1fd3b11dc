import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sampleRow } from '../queue/sample-row.ts';
import { MESSAGE_KINDS, readMessage } from './messages.ts';

describe('readMessage', () => {
  it('reads scores with the sequence of the event', () => {
    const row = sampleRow({ leadId: 'a' });
    const sent = { ...row, eventIds: ['e'], traceparent: null };
    expect(readMessage('scores', '7', JSON.stringify([sent]))).toEqual({ kind: 'scores', sequence: 7, rows: [row] });
  });

  it('leaves out rows it cannot read and keeps the others', () => {
    const data = JSON.stringify([{ leadId: 'broken' }, sampleRow({ leadId: 'a' })]);
    expect(readMessage('scores', '7', data)).toMatchObject({ rows: [{ leadId: 'a' }] });
  });

  it('keeps a probability of 0', () => {
    const row = sampleRow({ leadId: 'a', conversion: { logit: 0, probability: 0 } });
    expect(readMessage('scores', '1', JSON.stringify([row]))).toMatchObject({
      rows: [{ conversion: { probability: 0 } }],
    });
  });

  it.each([
    ['hello', '{"serverNowMs":5,"sequence":3,"live":true}', { sequence: 3, serverNowMs: 5, live: true }],
    ['beat', '{"serverNowMs":5,"sequence":3,"behind":12}', { sequence: 3, behind: 12, live: true }],
    ['beat', '{"serverNowMs":5,"sequence":0,"behind":0,"live":false}', { sequence: 0, live: false }],
    ['reset', '{"reason":"tooOld","sequence":90}', { sequence: 90 }],
    ['reset', '{}', { sequence: 2 }],
  ] as const)('reads %s', (kind, data, expected) => {
    expect(readMessage(kind, '2', data)).toEqual(expect.objectContaining({ kind, ...expected }));
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MESSAGE_KINDS),
        fc.string(),
        fc.oneof(fc.string(), fc.json()),
        (kind, id, data) => {
          expect(() => readMessage(kind, id, data)).not.toThrow();
        },
      ),
    );
  });
});
