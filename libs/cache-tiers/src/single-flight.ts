/** One piece of work that all who ask for its key meanwhile wait for. */
export interface Flight {
  /** False once its key was detached: what it brings may be out of date for anyone who asks later. */
  readonly isCurrent: boolean;
}

interface OpenFlight<T> {
  isCurrent: boolean;
  result: Promise<T>;
}

export class SingleFlight<T> {
  readonly #flights = new Map<string, OpenFlight<T>>();

  /** Whether `run` would join work under way. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /** The result of the work under way for `key`, or of `work`, begun now. Errors reach everyone who waits. */
  run(key: string, work: (flight: Flight) => Promise<T>): Promise<T> {
    const open = this.#flights.get(key);
    if (open !== undefined) return open.result;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const flight: OpenFlight<T> = { isCurrent: true, result: promise };
    this.#flights.set(key, flight);
    work(flight)
      // Removed only once settled, and only if it is still the one: its key may have been detached and begun anew.
      .finally(() => this.#flights.get(key) === flight && this.#flights.delete(key))
      .then(resolve, reject);
    return promise;
  }

  /** Lets whoever asks for `key` from now on begin anew; those who wait already get what they were promised. */
  detach(key: string): void {
    const open = this.#flights.get(key);
    if (open === undefined) return;
    open.isCurrent = false;
    this.#flights.delete(key);
  }

  detachAll(): void {
    for (const key of this.#flights.keys()) this.detach(key);
  }
}
