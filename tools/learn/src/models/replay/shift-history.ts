import type { Database } from '@hub/database/registry';

/** Every shift that was ever set: a decision may have been made with none but these, or 0. */
export class ShiftHistory {
  readonly #known: ReadonlySet<string>;

  private constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  static async read(database: Database): Promise<ShiftHistory> {
    const rows = await database.asTenants(['*'], (tx) =>
      tx.query<{ tenant_id: string; model: string; shift: number }>({
        text: 'SELECT DISTINCT tenant_id, model, shift FROM tenant_shifts',
      }),
    );
    return ShiftHistory.of(rows.map(({ tenant_id, model, shift }) => [tenant_id, model, shift]));
  }

  static of(shifts: readonly (readonly [tenantId: string, hash: string, shift: number])[]): ShiftHistory {
    return new ShiftHistory(new Set(shifts.map((shift) => keyOf(...shift))));
  }

  holds(tenantId: string, hash: string, shift: number): boolean {
    return shift === 0 || this.#known.has(keyOf(tenantId, hash, shift));
  }
}

function keyOf(tenantId: string, hash: string, shift: number): string {
  return `${tenantId} ${hash} ${shift}`;
}
