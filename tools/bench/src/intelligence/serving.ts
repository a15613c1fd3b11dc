import {
  bandOf,
  type Decision,
  FeatureRows,
  type LeadState,
  openScorer,
  type Scorer,
  sigmoid,
  thinEvidenceOf,
  topReasons,
  toOnnx,
} from '@hub/intelligence';
import ort from 'onnxruntime-node';
import { NOW_MS } from './leads.ts';
import { learnedLike } from './learned-like.ts';

const ROW_REASONS = 3;

/** Both models as a service has them, and the runtime alone with the same files. */
export interface Served {
  readonly scorers: readonly [Scorer, Scorer];
  readonly sessions: readonly [ort.InferenceSession, ort.InferenceSession];
}

export async function serve(leads: readonly LeadState[]): Promise<Served> {
  const files = [toOnnx(learnedLike('conversion', leads)), toOnnx(learnedLike('goingCold', leads))] as const;
  const [conversion, goingCold] = files;
  const session = (bytes: Uint8Array): Promise<ort.InferenceSession> =>
    ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' });
  return {
    scorers: await Promise.all([openScorer('conversion', conversion), openScorer('goingCold', goingCold)]),
    sessions: await Promise.all([session(conversion), session(goingCold)]),
  };
}

/** What a service makes of leads: features, both models with calibration and range, band and the strongest reasons. */
export async function decideOn(leads: readonly LeadState[], { scorers }: Served): Promise<number> {
  const rows = FeatureRows.take();
  for (const state of leads) rows.add(state, NOW_MS);
  const [conversion, goingCold] = await Promise.all([scorers[0].score(rows), scorers[1].score(rows)]);
  let told = 0;
  let row = 0;
  for (const state of leads) {
    told += tell(conversion.view(row), rows.view(row), state) + sigmoid(goingCold.logits[row] ?? Number.NaN);
    row += 1;
  }
  for (const used of [rows, conversion, goingCold]) used.release();
  return told;
}

/** A number that needs all of it, so that nothing is left out. */
function tell(decision: Decision, features: Float64Array, state: LeadState): number {
  const reasons = topReasons(decision, features, ROW_REASONS);
  const band = bandOf(sigmoid(decision.logit), thinEvidenceOf(state, NOW_MS));
  return band.length + reasons.length + sigmoid(decision.range?.high ?? 0);
}

/** The runtime alone, on tensors that are ready. */
export function rawRun(leads: readonly LeadState[], { scorers, sessions }: Served): () => Promise<unknown> {
  const rows = new FeatureRows();
  for (const state of leads) rows.add(state, NOW_MS);
  const { count, width } = rows;
  const tensor = (columns: number): ort.Tensor =>
    new ort.Tensor('float64', new Float64Array(count * columns), [count, columns]);
  const feeds = {
    features: new ort.Tensor('float64', rows.values.slice(0, count * width), [count, width]),
    tenant: tensor(1),
  };
  const fetches = scorers.map(({ terms }) => ({
    logit: tensor(1),
    contributions: tensor(terms.length),
    range: tensor(2),
  }));
  return () => Promise.all(sessions.map((session, model) => session.run(feeds, fetches[model] ?? {})));
}
