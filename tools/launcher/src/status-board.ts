import type { StackStatus } from './stack-api.ts';
import { statusLines } from './status-line.ts';

const REFRESH_MS = 2_000;

/**
 * Shows the services' lines. On a terminal they stay in place and are kept fresh; elsewhere a line is written when a
 * service's state or process has changed.
 */
export class StatusBoard {
  readonly #out: NodeJS.WriteStream;
  #status: (() => Promise<StackStatus>) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #shownLines = 0;
  #told = new Map<string, string>();
  #isDrawing = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(status: () => Promise<StackStatus>): void {
    this.#status = status;
    this.#timer = setInterval(() => void this.#draw(), REFRESH_MS);
    void this.#draw();
  }

  /** Something changed: draws soon, if shown. */
  invalidate(): void {
    if (this.#status !== null) setImmediate(() => void this.#draw());
  }

  close(): void {
    clearInterval(this.#timer);
    this.#status = null;
  }

  async #draw(): Promise<void> {
    if (this.#status === null || this.#isDrawing) return;
    this.#isDrawing = true;
    const { services } = await this.#status();
    this.#isDrawing = false;
    // Closed while it asked.
    if (!this.#isShown()) return;
    if (this.#out.isTTY) this.#drawInPlace(statusLines(services));
    else this.#drawChanges(services);
  }

  #isShown(): boolean {
    return this.#status !== null;
  }

  #drawInPlace(lines: readonly string[]): void {
    // A terminal that does not tell its width says 0.
    const width = this.#out.columns > 0 ? this.#out.columns : 120;
    const up = this.#shownLines > 0 ? `\x1b[${this.#shownLines}A` : '';
    // Longer lines would wrap, and the next drawing would start in the wrong row.
    this.#out.write(`${up}${lines.map((line) => `\x1b[2K${line.slice(0, width - 1)}\n`).join('')}`);
    this.#shownLines = lines.length;
  }

  #drawChanges(services: StackStatus['services']): void {
    for (const [at, line] of statusLines(services).entries()) {
      const service = services[at];
      const fact = `${service?.state} ${service?.pid}`;
      if (service === undefined || this.#told.get(service.name) === fact) continue;
      this.#told.set(service.name, fact);
      this.#out.write(`${line}\n`);
    }
  }
}
