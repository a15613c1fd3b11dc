import type { Fault } from './deliveries.ts';
import type { Phase } from './rates.ts';

/** What no webhook tells. One line of the truth file each; times are epoch ms on the wall's clock. */
export type Truth =
  | {
      readonly kind: 'lead';
      readonly leadId: string;
      readonly tenantId: string;
      readonly atMs: number;
      readonly source: string;
      readonly online: boolean;
      /** 0 to 1. */
      readonly intent: number;
      readonly phase: Phase['name'];
      readonly agentId: string;
    }
  | { readonly kind: 'milestone'; readonly leadId: string; readonly atMs: number; readonly milestone: Milestone }
  | { readonly kind: 'outcome'; readonly leadId: string; readonly atMs: number; readonly outcome: Outcome }
  | {
      readonly kind: 'faulty delivery';
      readonly webhookId: string;
      readonly fault: Fault;
      readonly deliveredAtMs: readonly number[];
    };

/** `answered`: by a person, for the first time. `conversation`: the lead wrote or spoke after that. */
export type Milestone = 'answered' | 'conversation' | 'appointment' | 'met';
export type Outcome = 'won' | 'lost' | 'abandoned' | 'opted out' | 'deleted';
