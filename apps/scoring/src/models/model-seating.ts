import { type Database, modelFile, type RegisteredModel, scoringModels, shiftsSince } from '@hub/database';
import { type ModelName, openScorer, type Scorer, UnusableModel } from '@hub/intelligence';
import type { Logger } from '@hub/telemetry';
import type { Slot } from './slot.ts';
import type { Shadows } from './shadows.ts';
import type { TenantShifts } from './tenant-shifts.ts';

/** A model that is to score and cannot: what served before goes on. */
export interface RefusedModel {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  readonly problem: string;
}

export interface Seats {
  readonly slots: Readonly<Record<ModelName, Slot>>;
  readonly shadows: Pick<Shadows, 'hashes' | 'seat'>;
  readonly shifts: TenantShifts;
}

/** A shift may become visible so long after the time it was set at, by the clock of the database. */
const SLOWEST_COMMIT_MS = 60_000;

/** Brings what scores in line with the registry. */
export class ModelSeating {
  readonly #database: Database;
  readonly #seats: Seats;
  readonly #logger: Logger;
  #refused: readonly RefusedModel[] = [];
  #shiftsUntilMs = 0;

  constructor(database: Database, seats: Seats, logger: Logger) {
    this.#database = database;
    this.#seats = seats;
    this.#logger = logger;
  }

  get slots(): Seats['slots'] {
    return this.#seats.slots;
  }

  /** Of the last look. */
  get refused(): readonly RefusedModel[] {
    return this.#refused;
  }

  /**
   * One look at the registry. Models that are replaced may still answer batches when this resolves.
   * @throws What the database threw; nothing was changed then, or part of it.
   */
  async look(): Promise<void> {
    const models = await scoringModels(this.#database);
    await this.#learnShifts();
    const refused: RefusedModel[] = [];
    for (const name of Object.keys(this.#seats.slots) as ModelName[]) {
      const champion = models.find((model) => model.name === name && model.state === 'champion');
      refused.push(...(await this.#seatChampion(name, champion ?? null)));
    }
    refused.push(...(await this.#seatShadows(models.filter(({ state }) => state === 'shadow'))));
    this.#tell(refused);
    this.#refused = refused;
  }

  async #seatChampion(name: ModelName, champion: RegisteredModel | null): Promise<RefusedModel[]> {
    const slot = this.#seats.slots[name];
    if (slot.hash === (champion?.hash ?? null)) return [];
    if (champion === null) {
      this.#seat(slot, null);
      this.#logger.info({ model: name }, 'no champion is registered: the slot is empty');
      return [];
    }
    const opened = await this.#open(champion);
    if ('problem' in opened) return [opened];
    this.#seat(slot, opened);
    this.#logger.info({ model: name, version: champion.version, hash: champion.hash }, 'a champion serves');
    return [];
  }

  #seat(slot: Slot, scorer: Scorer | null): void {
    // The one before is released once its last batch is answered; nobody waits for that here.
    slot.seat(scorer).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'a model that was replaced could not be released');
    });
  }

  async #seatShadows(models: readonly RegisteredModel[]): Promise<RefusedModel[]> {
    const { shadows } = this.#seats;
    const opened = await Promise.all(
      models.filter(({ hash }) => !shadows.hashes.has(hash)).map((model) => this.#open(model)),
    );
    const stay = models.filter(({ hash }) => shadows.hashes.has(hash)).map(({ hash }) => hash);
    shadows.seat(
      new Set(stay),
      opened.filter((one): one is Scorer => !('problem' in one)),
    );
    return opened.filter((one): one is RefusedModel => 'problem' in one);
  }

  async #open({ name, version, hash }: RegisteredModel): Promise<Scorer | RefusedModel> {
    const bytes = await modelFile(this.#database, hash);
    try {
      if (bytes === null) throw new UnusableModel('its file is not there');
      return await openScorer(name as ModelName, bytes, { hash });
    } catch (error) {
      return { name, version, hash, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async #learnShifts(): Promise<void> {
    const shifts = await shiftsSince(this.#database, this.#shiftsUntilMs - SLOWEST_COMMIT_MS);
    this.#seats.shifts.learn(shifts);
    this.#shiftsUntilMs = shifts.at(-1)?.setAtMs ?? this.#shiftsUntilMs;
  }

  /** Said once, however often it is looked at. */
  #tell(refused: readonly RefusedModel[]): void {
    const known = new Set(this.#refused.map(({ hash, problem }) => `${hash} ${problem}`));
    for (const one of refused) {
      if (known.has(`${one.hash} ${one.problem}`)) continue;
      this.#logger.error({ refused: one }, 'a model is refused; what served before goes on');
    }
  }
}
