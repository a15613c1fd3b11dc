import type { TenantShift } from '@hub/database';
import { Injectable } from '@nestjs/common';

/** What tenants differ by, by model: the latest word on each. */
@Injectable()
export class TenantShifts {
  readonly #byModel = new Map<string, Map<string, number>>();

  /** @param shifts Oldest first. */
  learn(shifts: readonly TenantShift[]): void {
    for (const { tenantId, model, shift } of shifts) {
      const ofModel = this.#byModel.get(model);
      if (ofModel === undefined) this.#byModel.set(model, new Map([[tenantId, shift]]));
      else ofModel.set(tenantId, shift);
    }
  }

  /** One per row; undefined where no tenant differs from this model. */
  of(model: string, tenantIds: readonly string[]): Float64Array | undefined {
    const ofModel = this.#byModel.get(model);
    return ofModel === undefined ? undefined : Float64Array.from(tenantIds, (id) => ofModel.get(id) ?? 0);
  }
}
