import { barredAmong, type Feature, FEATURES, type LearnedModel, type Manifest } from '@hub/intelligence';

/**
 * Whether a model reads nothing but what may enter a score, as found in the model itself: the allow list, and the words
 * of eleven protected grounds in names and definitions. Proxies are looked for when the build runs, on leads with known
 * attributes, which an event log does not have.
 */
export function fairnessOf({ features, shapes, pairs }: LearnedModel): Manifest['fairness'] {
  const candidates = features.map((name) => FEATURES.find((feature: Feature) => feature.name === name) ?? { name });
  const barred = barredAmong(candidates);
  const moving = features.filter((_, index) => shapes[index]?.logits.some((logit) => logit !== 0));
  const paired = new Set(pairs.flatMap((pair) => pair.features));
  return {
    passed: barred.length === 0,
    checks: [
      barred.length === 0
        ? 'Every input is on the allow list, and none is named or defined by a protected ground'
        : `Barred: ${barred.map(({ name, why }) => `${name} (${why})`).join(', ')}`,
      `${moving.length} of ${features.length} inputs move it${paired.size > 0 ? `, ${paired.size} of them in pairs` : ''}`,
    ],
  };
}
