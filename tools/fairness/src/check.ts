import { barredAmong, type Candidate, columnsOf, featuresOf } from '@hub/intelligence';
import { jointProxiesOf, PROXY_THRESHOLD, proxiesOf, type TrainingTable } from '@hub/intelligence/training';
import { attributesOf } from './attributes.ts';
import type { SimulatedLead } from './simulated-leads.ts';

const DAY_MS = 86_400_000;

/** Features of each lead two weeks after its first event, when most of what tells has happened. */
export function tableOf(leads: readonly SimulatedLead[]): Pick<TrainingTable, 'columns'> {
  const rows = leads.map(({ events }) => {
    const begunMs = events.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
    return featuresOf(events, begunMs + 14 * DAY_MS);
  });
  return { columns: columnsOf(rows, 'conversion') };
}

/** What must not be, as lines for people; empty when all is well. */
export function problemsOf(
  features: readonly Candidate[],
  table: Pick<TrainingTable, 'columns'>,
  leads: readonly SimulatedLead[],
): readonly string[] {
  const barred = barredAmong(features).map(({ name, why }) => `${name} may not enter a score: ${why}`);
  const attributes = attributesOf(leads);
  const { proxies, unjudged } = proxiesOf(table, attributes);
  return [
    ...barred,
    ...[...proxies, ...jointProxiesOf(table, attributes)].map(
      ({ feature, attribute, association }) =>
        `${feature} may stand in for ${attribute}: association ${association.toFixed(2)}, at most ${PROXY_THRESHOLD}`,
    ),
    ...unjudged.map((attribute) => `nothing can be told of ${attribute}: too few leads`),
  ];
}
