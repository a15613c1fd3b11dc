import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import type { Admission } from './answers.ts';
import { webhookRoute } from './webhook-route.ts';

async function routeWith(admit: () => Promise<Admission>) {
  const outcomes: string[] = [];
  const errors: unknown[] = [];
  const app = fastify();
  await app.register(webhookRoute, {
    maxBodyBytes: 10,
    admit,
    onUnread: (outcome) => void outcomes.push(outcome),
    onError: (error) => void errors.push(error),
  });
  const post = (body: string) => app.inject({ method: 'POST', url: '/webhooks/ghl', body });
  return { post, outcomes, errors };
}

describe('webhookRoute', () => {
  it('asks for another try when anything unforeseen happens, and gives nothing of it away', async () => {
    const error = new Error('the secret is hunter2');
    const { post, outcomes, errors } = await routeWith(() => Promise.reject(error));
    const response = await post('{}');
    expect([response.statusCode, outcomes, errors]).toEqual([429, ['internal'], [error]]);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(response.body).not.toContain('hunter2');
  });

  it('counts what it refuses before anyone is asked', async () => {
    const { post, outcomes } = await routeWith(() => Promise.reject(new Error('not asked')));
    expect((await post('more than ten bytes')).statusCode).toBe(413);
    expect(outcomes).toEqual(['bodyTooLarge']);
  });
});
