import { DAY_MS, type Feature, since } from './feature.ts';
import type { AppointmentStatus } from './reading.ts';
import { type Appointment, type LeadState, MAX_APPOINTMENTS } from './state.ts';

/** An appointment whose start the CRM does not say is taken to be ahead for so long. */
const UNKNOWN_START_MS = 30 * DAY_MS;

const AMONG = `among the ${MAX_APPOINTMENTS} that changed last`;
const COUNT = { unit: 'appointments', group: 'engagement', missing: 'never' } as const;

/** What became of appointments, and when. */
export const APPOINTMENTS = [
  {
    ...COUNT,
    name: 'appointmentsOpen',
    definition: 'Appointments ahead; one whose start is unknown counts for 30 days after it last changed',
    more: 'warming',
    at: ({ appointments }, nowMs) => {
      let ahead = 0;
      for (const appointment of appointments) ahead += Number(isAhead(appointment, nowMs));
      return ahead;
    },
  },
  {
    ...COUNT,
    name: 'appointmentsBooked',
    definition: `Different appointments ever made, whatever became of them, ${MAX_APPOINTMENTS} at most`,
    at: (state) => state.appointments.length,
  },
  {
    ...COUNT,
    name: 'appointmentsKept',
    definition: `Appointments kept, ${AMONG}`,
    more: 'warming',
    at: (state) => withStatus(state, 'kept'),
  },
  {
    ...COUNT,
    name: 'appointmentsMissed',
    definition: `Appointments the lead did not come to, ${AMONG}`,
    at: (state) => withStatus(state, 'missed'),
  },
  {
    ...COUNT,
    name: 'appointmentsCancelled',
    definition: `Appointments cancelled, ${AMONG}`,
    at: (state) => withStatus(state, 'cancelled'),
  },
  {
    name: 'daysSinceAppointment',
    unit: 'days',
    group: 'timing',
    definition: `Since the latest appointment whose start has come, kept or not, cancelled ones left out, ${AMONG}; where the start is unknown, since it was kept or missed`,
    missing: 'no appointment has come yet',
    at: lastAppointment,
  },
  {
    name: 'daysSinceKept',
    unit: 'days',
    group: 'timing',
    definition: 'Since the last appointment that was kept',
    missing: 'none was kept',
    at: (state, nowMs) => since(state.lastKeptAtMs, DAY_MS, nowMs),
  },
] as const satisfies readonly Feature[];

function isAhead({ status, startsAtMs, atMs }: Appointment, nowMs: number): boolean {
  return status === 'open' && (startsAtMs ?? atMs + UNKNOWN_START_MS) >= nowMs;
}

function withStatus({ appointments }: LeadState, wanted: AppointmentStatus): number {
  let found = 0;
  for (const { status } of appointments) found += Number(status === wanted);
  return found;
}

function lastAppointment({ appointments }: LeadState, nowMs: number): number {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { status, startsAtMs, atMs } of appointments) {
    const cameAtMs = startsAtMs ?? (status === 'open' ? Number.POSITIVE_INFINITY : atMs);
    if (status !== 'cancelled' && cameAtMs <= nowMs && cameAtMs > lastMs) lastMs = cameAtMs;
  }
  return lastMs === Number.NEGATIVE_INFINITY ? Number.NaN : (nowMs - lastMs) / DAY_MS;
}
