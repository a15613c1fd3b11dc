import type { ScoredLead } from '@hub/contracts';
import type { Frame } from './frame.ts';

/** What a slow screen still has to be told: the latest value of each lead, however many it missed. */
export class Conflation {
  readonly #latest = new Map<string, ScoredLead>();
  #sequence = 0;

  get size(): number {
    return this.#latest.size;
  }

  /** @throws UnreadableMessage */
  add(frame: Frame): void {
    for (const lead of frame.leads()) {
      const known = this.#latest.get(lead.leadId);
      if (known === undefined || lead.version >= known.version) this.#latest.set(lead.leadId, lead);
    }
    this.#sequence = frame.sequence;
  }

  /** @returns The newest values and the sequence up to which they stand for everything; null when nothing waits. */
  take(): { readonly sequence: number; readonly leads: readonly ScoredLead[] } | null {
    if (this.#latest.size === 0) return null;
    const leads = [...this.#latest.values()];
    this.#latest.clear();
    return { sequence: this.#sequence, leads };
  }
}
