import type { Agent, Tenant } from './people.ts';
import type { Random } from './random.ts';
import { DAY_MS, HOUR_MS } from './rates.ts';

/** Local hour of the day, with its fraction. */
export function localHour({ utcOffsetHours }: Tenant, atMs: number): number {
  return (((atMs / HOUR_MS + utcOffsetHours) % 24) + 24) % 24;
}

/** The moment itself when the agent is at work then, else a little into the next working day. */
export function atWork(tenant: Tenant, agent: Agent, random: Random, atMs: number): number {
  let at = atMs;
  // Two days off in a row do not exist, so a start of work is at most three steps away.
  for (let step = 0; step < 4; step += 1) {
    const hour = localHour(tenant, at);
    const day = Math.floor((at / HOUR_MS + tenant.utcOffsetHours) / 24);
    const early = hour < agent.worksFrom;
    const working = (day + 4) % 7 !== agent.dayOff;
    if (working && !early && hour < agent.worksUntil) return at;
    const startOfDayMs = at - hour * HOUR_MS + agent.worksFrom * HOUR_MS;
    at = startOfDayMs + (working && early ? 0 : DAY_MS) + random.between(0, 0.75) * HOUR_MS;
  }
  return at;
}

/** Most people do not write at night: mostly the moment itself by day, else the next morning. */
export function awake(tenant: Tenant, random: Random, atMs: number): number {
  const hour = localHour(tenant, atMs);
  if ((hour >= 7.5 && hour < 22.5) || random.chance(0.1)) return atMs;
  const hoursToMorning = (31.5 - hour) % 24;
  return atMs + (hoursToMorning + random.between(0, 2)) * HOUR_MS;
}
