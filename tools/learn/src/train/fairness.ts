import { FEATURES, type LearnedModel, type Manifest } from '@hub/intelligence';

/** Whether a model reads nothing but features that may enter a score, as found in the model itself. */
export function fairnessOf({ features, shapes, pairs }: LearnedModel): Manifest['fairness'] {
  const strange = features.filter((name) => !FEATURES.some((feature) => feature.name === name));
  const used = features.filter((_, index) => shapes[index]?.logits.some((logit) => logit !== 0));
  const inPairs = new Set(pairs.flatMap((pair) => pair.features.map((index) => features[index] ?? '?')));
  return {
    passed: strange.length === 0,
    checks: [
      strange.length === 0
        ? 'Every input is on the list of what may enter a score'
        : `Not on the list of what may enter a score: ${strange.join(', ')}`,
      `${used.length} of ${features.length} inputs move it${inPairs.size > 0 ? `, ${inPairs.size} of them in pairs` : ''}`,
    ],
  };
}
