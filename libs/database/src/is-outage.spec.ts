import { describe, expect, it } from '@jest/globals';
import { DependencyUnavailable } from '@hub/resilience';
import pg from 'pg';
import { isOutage } from './database.ts';

function databaseError(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('refused', 0, 'error'), { code });
}

describe('isOutage', () => {
  it.each([
    ['53100', 'disk full'],
    ['57014', 'statement timeout'],
    ['57P01', 'shutting down'],
    ['55P03', 'lock timeout'],
    ['25P03', 'idle in transaction for too long'],
    ['08006', 'connection lost'],
  ])('SQLSTATE %s, %s, may pass: the same work is tried again', (code) => {
    expect(isOutage(databaseError(code))).toBe(true);
  });

  it.each(['22P05', '22021', '23505', '42501'])('SQLSTATE %s is about the data: trying again cannot help', (code) => {
    expect(isOutage(databaseError(code))).toBe(false);
  });

  it('knows an open breaker and a refused connection', () => {
    expect(isOutage(new DependencyUnavailable('postgres', 'its breaker is open'))).toBe(true);
    expect(isOutage(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toBe(true);
    expect(isOutage(new RangeError('a tenant id holds a comma'))).toBe(false);
  });
});
