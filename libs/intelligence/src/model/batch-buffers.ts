import ort from 'onnxruntime-node';
import { type DecisionFrame, Decisions } from './decisions.ts';
import type { FeatureRows } from './feature-rows.ts';

/** What one run of a model reads and writes. */
export interface Batch {
  readonly decisions: Decisions;
  readonly feeds: { readonly features: ort.Tensor; readonly tenant: ort.Tensor };
  readonly fetches: { readonly logit: ort.Tensor; readonly contributions: ort.Tensor; readonly range: ort.Tensor };
}

interface Buffer {
  readonly decisions: Decisions;
  readonly shifts: Float64Array<ArrayBuffer>;
}

/**
 * Arrays that runs of one model write into: as many as there are batches under way at a time, each grown by powers of
 * two. Nothing is made per lead, and the runtime copies nothing.
 */
export class BatchBuffers {
  readonly #frame: DecisionFrame;
  readonly #free: Buffer[] = [];

  constructor(frame: DecisionFrame) {
    this.#frame = frame;
  }

  take(rows: FeatureRows, shifts: Float64Array | undefined): Batch {
    const { count, width } = rows;
    const buffer = this.#bufferFor(count);
    const { decisions } = buffer;
    decisions.count = count;
    if (shifts === undefined) buffer.shifts.fill(0, 0, count);
    else buffer.shifts.set(shifts.subarray(0, count));
    const tensor = (values: Float64Array<ArrayBuffer>, columns: number): ort.Tensor =>
      new ort.Tensor('float64', values.subarray(0, count * columns), [count, columns]);
    return {
      decisions,
      feeds: { features: tensor(rows.values, width), tenant: tensor(buffer.shifts, 1) },
      fetches: {
        logit: tensor(decisions.logits, 1),
        contributions: tensor(decisions.contributions, this.#frame.terms.length),
        range: tensor(decisions.ranges, 2),
      },
    };
  }

  /** One that is too small is left to the garbage collector. */
  #bufferFor(count: number): Buffer {
    const free = this.#free.pop();
    if (free !== undefined && free.decisions.capacity >= count) return free;
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(1, count)));
    const buffer: Buffer = {
      shifts: new Float64Array(capacity),
      decisions: new Decisions(this.#frame, capacity, () => {
        // Lent to two batches at once, it would mix their answers.
        if (!this.#free.includes(buffer)) this.#free.push(buffer);
      }),
    };
    return buffer;
  }
}
