import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LeadEvent } from '@hub/contracts';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { addModel, changeModel, createPool, Database, isOutage, type NewModel } from '@hub/database/registry';
import { createBreaker } from '@hub/resilience';
import { testPostgres, type TestDatabase } from '@hub/testkit';
import pg from 'pg';
import { runForSpec } from '../running-for-spec.ts';

const PASSWORD = 'service-password';
const DAY_MS = 86_400_000;
const LEADS = 60;
/** The champion gives every lead these log-odds, 27 in 100; the shadow tells those that convert from the rest. */
const SAID = -1;

let postgres: TestDatabase;
let owner: pg.Client;
let database: Database;

const url = () => serviceUrl(postgres.url, PASSWORD);
const models = (...line: readonly string[]) => runForSpec(line, { DATABASE_URL: url() });

beforeAll(async () => {
  postgres = await testPostgres();
  await migrate(postgres.url, PASSWORD, Date.now());
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  database = new Database(
    createPool({ url: url(), name: 'spec' }),
    createBreaker({ name: 'postgres', timeoutMs: 20_000, isFailure: isOutage }),
  );
  const because = { atMs: Date.now(), actor: 'spec', reason: 'of the spec' };
  for (const [version, action] of [
    ['champion', 'promote'],
    ['shadow', 'shadow'],
  ] as const) {
    await addModel(database, newModel(version), because);
    const seen = action === 'shadow' ? hashOf('champion') : null;
    await changeModel(database, 'conversion', { action, model: hashOf(version) }, seen, because);
  }
  // Of maple's leads half convert, of birch's one in ten.
  for (const [tenant, every] of [
    ['maple', 2],
    ['birch', 10],
  ] as const) {
    await owner.query('INSERT INTO tenants (id, name) VALUES ($1, $1)', [tenant]);
    for (let lead = 0; lead < LEADS; lead += 1) await addStory(tenant, `lead-${lead}`, lead % every === 0);
  }
});

afterAll(async () => {
  await database.close();
  await owner.end();
  await postgres.stop();
});

const hashOf = (version: string): string => `hash of ${version}`;

function newModel(version: string): NewModel {
  const terms = ['ageDays', 'calibration', 'tenant'];
  const bytes = Buffer.from(version);
  const more = { kind: 'learned', features: ['ageDays'], terms, intercept: -2, onnx: bytes, model: '{}', manifest: {} };
  return { hash: hashOf(version), name: 'conversion', version, card: '', ...more };
}

/** A lead that was decided on 40 days ago by both, and yesterday; a conversation followed the first, or not. */
async function addStory(tenant: string, leadId: string, converts: boolean): Promise<void> {
  const nowMs = Date.now();
  const event = (daysAgo: number, more: Partial<LeadEvent>): LeadEvent => ({
    id: `${leadId}-${daysAgo}`,
    leadId,
    atMs: nowMs - daysAgo * DAY_MS,
    type: 'message',
    actor: 'lead',
    direction: 'in',
    channel: 'sms',
    stage: null,
    value: null,
    subjectId: null,
    ...more,
  });
  const talk = [event(30, {}), event(29, { actor: 'agent', direction: 'out' })];
  const events = [event(41, { type: 'lead.created', actor: 'system', direction: null }), ...(converts ? talk : [])];
  await owner.query(
    `INSERT INTO events (tenant_id, event_id, received_at, source, type, at, lead_id, lead_events, lead_version, headers,
       traceparent, body) VALUES ($1, $2, now(), 'ghl', 't', now(), $2, $3, 1, '{}', '', '')`,
    [tenant, leadId, JSON.stringify(events)],
  );
  for (const [version, daysAgo] of [
    [1, 40],
    [2, 1],
  ]) {
    const atMs = nowMs - (daysAgo ?? 0) * DAY_MS;
    await owner.query(
      `INSERT INTO scores (tenant_id, lead_id, version, scored_at, event_ids, band, features, conversion_model,
         conversion_logit, conversion_contributions, going_cold_model, going_cold_logit, going_cold_contributions)
       VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000), '{}', 'hot', '{1}', $5, $6, '{1,0,0}', 'prior', 0, '{0}')`,
      [tenant, leadId, version, atMs, hashOf('champion'), SAID],
    );
    await owner.query(
      `INSERT INTO shadow_scores (tenant_id, lead_id, version, model, logit, scored_at)
       VALUES ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000))`,
      [tenant, leadId, version, hashOf('shadow'), converts ? 1 : -3, atMs],
    );
  }
}

const CONVERTED = LEADS / 2 + LEADS / 10;

describe('what became of leads', () => {
  it('says by how much a shadow tells better than the champion', async () => {
    const { stdout } = await models('compare', 'conversion@champion', 'conversion@shadow', '--json');
    const answer = JSON.parse(stdout) as {
      scores: { decisions: number; bands: object };
      outcomes: number;
      metrics: Record<string, { value: number; low: number }>;
    };
    expect(answer).toMatchObject({ outcomes: 2 * LEADS, scores: { decisions: 4 * LEADS } });
    // The champion says the same of every lead: its AUC is one half, the shadow's is 1.
    expect(answer.metrics['auc']).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
    expect(answer.scores.bands).toEqual({ 'hot → cool': 2 * (2 * LEADS - CONVERTED) });
  });

  it('says how many of those with such odds came true', async () => {
    const { stdout } = await models('check', 'conversion@champion', '--json');
    const { calibration, outcomes } = JSON.parse(stdout) as {
      calibration: { decisions: number; foretold: number; cameTrue: number }[];
      outcomes: number;
    };
    expect(outcomes).toBe(2 * LEADS);
    const cameTrue = calibration.reduce((sum, row) => sum + row.cameTrue * row.decisions, 0);
    expect(cameTrue).toBeCloseTo(CONVERTED, 9);
    for (const { foretold } of calibration) expect(foretold).toBeCloseTo(0.269, 3);
    const { stdout: text } = await models('check', 'conversion@champion');
    expect(text).toContain('the outcome of 120 of 120 decisions is known');
    expect(text).toMatch(/odds of 26.9 in 100 +\d+\.\d came true/);
  });

  it('moves the odds of each tenant towards what came true there, and keeps what they were', async () => {
    const before = await models('recalibrate', 'conversion@champion');
    expect(before).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await models('recalibrate', 'conversion@champion', '--yes', '--because', 'a quarter is over')).toMatchObject(
      {
        code: 0,
        stdout: '2 tenants are shifted now\n',
      },
    );
    const { rows } = await owner.query('SELECT tenant_id, shift, rows, positives FROM tenant_shifts ORDER BY 1');
    expect(rows).toEqual([
      { tenant_id: 'birch', shift: expect.any(Number), rows: LEADS, positives: LEADS / 10 },
      { tenant_id: 'maple', shift: expect.any(Number), rows: LEADS, positives: LEADS / 2 },
    ]);
    expect(rows[0].shift).toBeLessThan(-0.3);
    expect(rows[1].shift).toBeGreaterThan(0.3);
    await models('recalibrate', 'conversion@champion', '--yes');
    const [{ n }] = (await owner.query('SELECT count(*)::int AS n FROM tenant_shifts')).rows;
    expect(n).toBe(4);
    const audit = await owner.query(`SELECT detail FROM audit WHERE action = 'model recalibrate' ORDER BY id LIMIT 1`);
    expect(audit.rows).toEqual([{ detail: { reason: 'a quarter is over', tenants: 2 } }]);
  });

  it('is not asked where it cannot be known', async () => {
    for (const [line, why] of [
      [['check', 'goingCold@prior'], 'no prior of goingCold has decided here'],
      [['recalibrate', 'match@champion', '--yes'], 'no model match@champion is registered'],
    ] as const) {
      expect(await models(...line)).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
    }
  });
});
