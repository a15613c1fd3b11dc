import type { Server } from '@hub/local-servers';
import type { LoadGenerator } from './load-generator.ts';
import type { LoadPhase } from './load-phase.ts';
import type { OurGateway } from './our-gateway.ts';
import type { Receiver } from './receiver.ts';
import type { Signers } from './signed-batch.ts';

/** Everything that a run works with. */
export interface Bench {
  readonly ours: OurGateway;
  /** None when only ours is measured. */
  readonly textbooks: readonly Receiver[];
  /** Where the textbook receivers store. */
  readonly postgres: Server | null;
  readonly signers: Signers;
  readonly generator: LoadGenerator;
}

/** What the webhooks of a phase of the gateway alone were. */
export type Kind = 'new' | 'duplicate' | 'parked';

/** One search for the highest rate. */
export interface Maximum {
  readonly receiver: string;
  readonly ratePerS: number;
  /** The phase that held it; null when none did. */
  readonly phase: LoadPhase | null;
  /** Of the gateway, right after the search. */
  readonly rssMb: number | null;
}

export interface Findings {
  readonly phases: readonly LoadPhase[];
  readonly kinds: readonly (LoadPhase & { readonly kind: Kind })[];
  /** By round. */
  readonly maxima: readonly (readonly Maximum[])[];
  /** The gateway before and after Postgres was stopped, then the textbook's receiver. */
  readonly withoutPostgres: readonly LoadPhase[];
  /** Times of the signature checks in ms; null when the gateway does not tell. */
  readonly signatures: { readonly p50: number; readonly p99: number } | null;
}
