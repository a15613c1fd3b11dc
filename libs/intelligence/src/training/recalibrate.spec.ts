import { describe, expect, it } from '@jest/globals';
import { oddsOf } from './logits.ts';
import { metricsOf } from './metrics.ts';
import { recalibrateOverTime } from './over-time.ts';
import { seededRandom } from './random.ts';
import { recalibrateByTenant } from './tenants.ts';

/** Rows of tenants, each with its number of rows and what it differs by from the logits. */
function ofTenants(tenants: Readonly<Record<string, readonly [rows: number, shift: number]>>, seed = 1) {
  const random = seededRandom(seed);
  const rows = Object.entries(tenants).flatMap(([tenant, [count, shift]]) =>
    Array.from({ length: count }, () => {
      const logit = random() * 2 - 2;
      return { tenant, logit, label: random() < oddsOf(logit + shift) ? 1 : 0 };
    }),
  );
  return {
    logits: rows.map(({ logit }) => logit),
    labels: rows.map(({ label }) => label),
    tenants: rows.map(({ tenant }) => tenant),
    groups: [],
  };
}

describe('recalibrateByTenant', () => {
  it('gives a tenant with many leads its own odds, and one with few about the pooled ones', () => {
    const { byTenant, spread } = recalibrateByTenant(
      ofTenants({ high: [3_000, 0.8], low: [3_000, -0.8], small: [4, 0.8], plain: [3_000, 0], other: [2_000, 0.3] }),
    );
    expect(byTenant.get('high')?.shift).toBeCloseTo(0.8, 0);
    expect(byTenant.get('low')?.shift).toBeCloseTo(-0.8, 0);
    expect(Math.abs(byTenant.get('plain')?.shift ?? 1)).toBeLessThan(0.15);
    expect(Math.abs(byTenant.get('small')?.shift ?? 1)).toBeLessThan(0.4);
    expect(spread).toBeGreaterThan(0.3);
  });

  it('shifts nobody where tenants do not differ', () => {
    const tenants = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`tenant ${at}`, [200, 0] as const]));
    const { byTenant, spread } = recalibrateByTenant(ofTenants(tenants));
    expect(spread).toBeLessThan(0.15);
    for (const { shift } of byTenant.values()) expect(Math.abs(shift)).toBeLessThan(0.15);
  });

  it('is finite for a tenant without a conversion', () => {
    const rows = { logits: [-1, -1, -1], labels: [0, 0, 0], tenants: ['none', 'none', 'none'], groups: [] };
    const shift = recalibrateByTenant(rows).byTenant.get('none');
    expect(shift).toEqual(expect.objectContaining({ rows: 3, leads: 3, positives: 0 }));
    expect(shift?.shift).toBeLessThan(0);
    expect(shift?.shift).toBeGreaterThan(-3);
  });

  it('counts a lead once, however many rows it has', () => {
    const rows = ofTenants({ a: [40, 1.5], b: [400, -0.5], c: [400, 0.5] });
    const tenfold = <T>(values: readonly T[]) => values.flatMap((value) => Array.from({ length: 10 }, () => value));
    const again = recalibrateByTenant({
      logits: tenfold(rows.logits),
      labels: tenfold(rows.labels),
      tenants: tenfold(rows.tenants),
      groups: tenfold([...rows.labels.keys()]),
    });
    const once = recalibrateByTenant(rows);
    for (const [tenant, { shift }] of once.byTenant) expect(again.byTenant.get(tenant)?.shift).toBeCloseTo(shift, 6);
  });
});

describe('recalibrateOverTime', () => {
  const MONTHS = 18;
  const PER_MONTH = 300;

  /** The base rate climbs by 0.15 in log-odds a month, which the logits do not know. */
  function drifting(seed = 1) {
    const random = seededRandom(seed);
    const rows = Array.from({ length: MONTHS * PER_MONTH }, (_, row) => {
      const month = Math.floor(row / PER_MONTH);
      const logit = random() * 2 - 3;
      return {
        atMs: Date.UTC(2024, month, 1 + (row % 28)),
        logit,
        label: random() < oddsOf(logit + 0.15 * month) ? 1 : 0,
      };
    });
    const atMs = rows.map((row) => row.atMs);
    return { logits: rows.map(({ logit }) => logit), labels: rows.map(({ label }) => label), atMs, knownAtMs: atMs };
  }

  it('follows a base rate that moves', () => {
    const rows = drifting();
    const { logits, months } = recalibrateOverTime(rows);
    const late = (of: ArrayLike<number>) => Array.from(of).slice(9 * PER_MONTH);
    const raw = metricsOf(late(rows.labels), late(rows.logits).map(oddsOf));
    const mended = metricsOf(late(rows.labels), late(logits).map(oddsOf));
    expect(raw.ece).toBeGreaterThan(0.2);
    expect(mended.ece).toBeLessThan(0.05);
    expect(months).toHaveLength(MONTHS);
    expect(months.at(-1)?.shift).toBeGreaterThan(1.5);
  });

  it('leaves odds about alone where nothing moves', () => {
    const random = seededRandom(3);
    const logits = Array.from({ length: 3_000 }, () => random() * 2 - 2);
    const labels = logits.map((logit) => (random() < oddsOf(logit) ? 1 : 0));
    const atMs = logits.map((_, row) => Date.UTC(2024, Math.floor(row / 300)));
    const { months } = recalibrateOverTime({ logits, labels, atMs, knownAtMs: atMs });
    for (const { shift, slope } of months) {
      expect(Math.abs(shift)).toBeLessThan(0.3);
      expect(Math.abs(slope - 1)).toBeLessThan(0.4);
    }
  });

  it('knows in a month only what was known before it', () => {
    const rows = drifting();
    const [from, upTo] = [6, 9];
    const turned = rows.labels.map((label, row) => {
      const month = Math.floor(row / PER_MONTH);
      return month >= from ? 1 - label : label;
    });
    const [one, other] = [recalibrateOverTime(rows), recalibrateOverTime({ ...rows, labels: turned })];
    // The labels of month 6 are known when month 7 begins.
    expect(other.months.slice(0, from + 1)).toEqual(one.months.slice(0, from + 1));
    expect(other.months[from + 1]).not.toEqual(one.months[from + 1]);
    const late = rows.atMs.map((atMs) => atMs + 95 * 86_400_000);
    const [slow, slowOther] = [
      recalibrateOverTime({ ...rows, knownAtMs: late }),
      recalibrateOverTime({ ...rows, labels: turned, knownAtMs: late }),
    ];
    expect(slowOther.months.slice(0, upTo + 1)).toEqual(slow.months.slice(0, upTo + 1));
  });

  it('has nothing to say of no rows', () => {
    expect(recalibrateOverTime({ logits: [], labels: [], atMs: [], knownAtMs: [] }).months).toEqual([]);
  });
});
