import { identityOf, type ProcessIdentity } from '@hub/local-servers';
import { type Fleet, statusOf } from './fleet.ts';
import { claimRunFile, removeRunFile, type RunFile, type Urls, writeRunFile } from './run-file.ts';

export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';

  constructor({ urls, launcher }: RunFile) {
    super(`EnterpriseHub is already running at ${urls.page} (pid ${launcher.pid})`);
  }
}

/** Keeps `run.json` telling what is so, as units change. */
export class RunRecord {
  readonly #stateDir: string;
  readonly #launcher: ProcessIdentity;
  readonly #urls: Urls;
  #fleet: Fleet;
  /** Known once Postgres runs. */
  databaseUrl: string | null = null;
  /** Whether the stack has come up. */
  started = false;
  #writing: Promise<void> = Promise.resolve();
  #isStale = false;
  #isClosed = false;

  private constructor(stateDir: string, launcher: ProcessIdentity, urls: Urls, fleet: Fleet) {
    this.#stateDir = stateDir;
    this.#launcher = launcher;
    this.#urls = urls;
    this.#fleet = fleet;
  }

  /** @throws AlreadyRunning when another run has the folder. */
  static async open(stateDir: string, urls: Urls, fleet: Fleet): Promise<RunRecord> {
    const launcher = await identityOf(process.pid);
    if (launcher === null) throw new Error('this process cannot see itself in the process table');
    const record = new RunRecord(stateDir, launcher, urls, fleet);
    const other = await claimRunFile(stateDir, record.current());
    if (other !== null) throw new AlreadyRunning(other);
    return record;
  }

  /** Writes soon; changes that come meanwhile share the next write. */
  update(): void {
    if (this.#isStale || this.#isClosed) return;
    this.#isStale = true;
    this.#writing = this.#writing.then(async () => {
      this.#isStale = false;
      if (!this.#isClosed) await writeRunFile(this.#stateDir, this.current());
    });
  }

  current(): RunFile {
    return {
      launcher: this.#launcher,
      ready: this.started && this.#fleet.isReady(),
      urls: this.#urls,
      services: this.#fleet.in('service', 'entrance', 'demo').map(statusOf),
      servers: this.#fleet.in('server').map(statusOf),
      databaseUrl: this.databaseUrl,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    await removeRunFile(this.#stateDir);
  }
}
