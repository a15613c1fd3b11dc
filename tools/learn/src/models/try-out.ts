import {
  builtInScorer,
  type DecisionFrame,
  FEATURE_VERSION,
  FeatureRows,
  FEATURES,
  type LearnedModel,
  type Manifest,
  openScorer,
  UnusableModel,
} from '@hub/intelligence';

const ROWS = 64;

/**
 * Whether this build can serve a model, and whether its two files say the same to the bit.
 * @throws UnusableModel saying why not.
 */
export async function tryOut(manifest: Manifest, model: LearnedModel, onnx: Uint8Array): Promise<DecisionFrame> {
  checkFeatures(manifest);
  checkFairness(manifest);
  const scorer = await openScorer(manifest.name, onnx, { hash: manifest.hash });
  try {
    const twin = builtInScorer(model);
    const rows = FeatureRows.of(rowsOver(model));
    const shifts = new Float64Array(rows.count).fill(0.125);
    const [served, evaluated] = await Promise.all([scorer.score(rows, shifts), twin.score(rows, shifts)]);
    const differs = served
      .all()
      .some((decision, row) => !isSame(decision.contributions, evaluated.at(row).contributions));
    if (differs || scorer.intercept !== twin.intercept || scorer.terms.join() !== twin.terms.join()) {
      throw new UnusableModel('model.onnx and model.json are of different models');
    }
    return { terms: scorer.terms, intercept: scorer.intercept };
  } finally {
    await scorer.close();
  }
}

function checkFeatures({ features, featureVersion }: Manifest): void {
  if (featureVersion !== FEATURE_VERSION) {
    throw new UnusableModel(`it was made for the features ${featureVersion}, this build has ${FEATURE_VERSION}`);
  }
  const ours = FEATURES.map(({ name }) => name);
  if (features.join() !== ours.join()) throw new UnusableModel('its features are not those of this build');
}

/** What stands in for something barred must not decide about people, however well it foretells. */
function checkFairness({ fairness }: Manifest): void {
  if (!fairness.passed) throw new UnusableModel(`it did not pass the fairness check (${fairness.checks.join('; ')})`);
}

/** Rows that go through the bins of every feature, missing among them. */
function rowsOver({ features, shapes }: LearnedModel): Float64Array[] {
  return Array.from({ length: ROWS }, (_, row) =>
    Float64Array.from(features, (_name, feature) => {
      const edges = shapes[feature]?.edges ?? [];
      const bin = (row * 7 + feature * 3) % (edges.length + 2);
      if (bin === 0) return Number.NaN;
      return bin === 1 ? (edges[0] ?? 1) - 1 : (edges[bin - 2] ?? 0);
    }),
  );
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
