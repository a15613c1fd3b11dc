/** The WHERE of a statement and its values, grown together: no value ever becomes text of the statement. */
export class Conditions {
  readonly #texts: string[] = [];
  readonly #values: unknown[] = [];

  /** Narrows by `text`, in which each `?` stands for one of `values`. */
  and(text: string, ...values: readonly unknown[]): this {
    const rest = [...values];
    this.#texts.push(text.replaceAll('?', () => this.bind(rest.shift())));
    return this;
  }

  /** As `and`, unless there is nothing to compare with. */
  andIf(value: unknown, text: string): this {
    return value === undefined ? this : this.and(text, value);
  }

  /** @returns The placeholder of a further value. */
  bind(value: unknown): string {
    this.#values.push(value);
    return `$${this.#values.length}`;
  }

  get where(): string {
    return this.#texts.length === 0 ? 'true' : this.#texts.join(' AND ');
  }

  get values(): readonly unknown[] {
    return this.#values;
  }
}
