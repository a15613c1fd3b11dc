import { barredAmong, type Feature, FEATURES, type LearnedModel, type Manifest } from '@hub/intelligence';
import { jointProxiesOf, type Proxy, PROXY_THRESHOLD, proxiesOf } from '@hub/intelligence/training';
import type { AuditedLeads } from './training-set.ts';

type Model = Pick<LearnedModel, 'features' | 'shapes' | 'pairs'>;

const NOBODY: AuditedLeads = { table: { columns: [] }, attributes: [] };

/**
 * Whether a model reads nothing but what may enter a score, and nothing that stands in for what may not: the allow list
 * and the words of eleven protected grounds as found in the model itself, and proxies among its inputs as far as the
 * leads that it learned from tell. Of protected attributes a log knows none; it has the initials of names.
 */
export function fairnessOf(model: Model, { table, attributes }: AuditedLeads = NOBODY): Manifest['fairness'] {
  const { features, shapes, pairs } = model;
  const barred = barredAmong(
    features.map((name) => FEATURES.find((feature: Feature) => feature.name === name) ?? { name }),
  );
  const moving = features.filter((_, index) => shapes[index]?.logits.some((logit) => logit !== 0));
  const paired = new Set(pairs.flatMap((pair) => pair.features.map((index) => features[index] ?? '?')));
  const used = new Set([...moving, ...paired]);
  const proxies = proxiesAmong(
    table.columns.filter(({ name }) => used.has(name)),
    attributes,
  );
  return {
    passed: barred.length === 0 && proxies.passed,
    checks: [
      barred.length === 0
        ? 'Every input is on the allow list, and none is named or defined by a protected ground'
        : `Barred: ${barred.map(({ name, why }) => `${name} (${why})`).join(', ')}`,
      `${moving.length} of ${features.length} inputs move it${paired.size > 0 ? `, ${paired.size} of them in pairs` : ''}`,
      ...proxies.checks,
    ],
  };
}

function proxiesAmong(
  columns: AuditedLeads['table']['columns'],
  attributes: AuditedLeads['attributes'],
): Manifest['fairness'] {
  const { proxies, strongest, unjudged } = proxiesOf({ columns }, attributes);
  const judged = attributes.filter(({ name }) => !unjudged.includes(name));
  const found = [...proxies, ...jointProxiesOf({ columns }, judged)];
  const checks = found.map(
    (proxy) => `May stand in for what must not be known: ${inWords(proxy)}, at most ${PROXY_THRESHOLD}`,
  );
  if (found.length === 0 && strongest !== null) {
    const names = judged.map(({ name }) => name).join(' or ');
    checks.push(
      `No input stands in for ${names}, alone or together; the closest is ${inWords(strongest)} of ${PROXY_THRESHOLD}`,
    );
  }
  if (unjudged.length > 0) checks.push(`Not judged, too few leads with a name: ${unjudged.join(', ')}`);
  return { passed: found.length === 0, checks };
}

function inWords({ feature, attribute, association }: Proxy): string {
  return `${feature} with ${attribute}, ${association.toFixed(2)}`;
}
