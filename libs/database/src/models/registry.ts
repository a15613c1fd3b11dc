import type { Database, Tx } from '../database.ts';
import { epochMs } from '../epoch-ms.ts';
import { recordAudit } from '../record-audit.ts';
import {
  type ModelChange,
  type ModelCommand,
  type ModelState,
  type RegisteredModel,
  type Step,
  stepOf,
} from './model-states.ts';

/** A model as lists show it. */
export interface ListedModel extends RegisteredModel {
  readonly createdAtMs: number;
}

/** All that is kept of a registered model: what its folder holds. */
export interface StoredModel extends ListedModel {
  readonly onnx: Uint8Array;
  /** `model.json`, byte for byte. */
  readonly model: string;
  readonly manifest: unknown;
  readonly card: string;
}

/** A model that is to be registered. */
export interface NewModel {
  readonly hash: string;
  readonly name: string;
  readonly version: string;
  readonly kind: string;
  readonly features: readonly string[];
  readonly terms: readonly string[];
  readonly intercept: number;
  readonly onnx: Uint8Array;
  readonly model: string;
  readonly manifest: object;
  readonly card: string;
}

/** Who changes something, when and why. */
export interface Because {
  readonly atMs: number;
  readonly actor: string;
  readonly reason: string;
}

/** A line of the history. */
export interface RecordedChange extends ModelChange, Because {
  readonly name: string;
}

const LISTED = `hash, name, version, state, ${epochMs('created_at')} AS "createdAtMs"`;
/** The registry is no tenant's; its audit is for who may see all. */
const OPERATOR = ['*'];

/** Every registered model, by name, the newest first. */
export function listModels(database: Database): Promise<ListedModel[]> {
  return database.query<ListedModel>({
    text: `SELECT ${LISTED} FROM models WHERE state IS NOT NULL ORDER BY name, created_at DESC, version`,
  });
}

/** @returns null when no model of that hash is registered. */
export async function readModel(database: Database, hash: string): Promise<StoredModel | null> {
  const [found] = await database.query<StoredModel>({
    text: `SELECT ${LISTED}, onnx, model, manifest, card FROM models WHERE hash = $1 AND state IS NOT NULL`,
    values: [hash],
  });
  return found ?? null;
}

/** All changes to models of one name, oldest first. */
export function changesOf(database: Database | Tx, name: string): Promise<RecordedChange[]> {
  return database.query<RecordedChange>({
    text: `SELECT name, action, model, replaced, actor, reason, ${epochMs('at')} AS "atMs"
      FROM model_changes WHERE name = $1 ORDER BY id`,
    values: [name],
  });
}

/**
 * Registers a model as a candidate.
 * @returns null when it is done, else why not.
 */
export function addModel(database: Database, model: NewModel, because: Because): Promise<string | null> {
  return database.asTenants(OPERATOR, async (tx) => {
    const known = await lockName(tx, model.name);
    const same = known.find(({ hash, version }) => hash === model.hash || version === model.version);
    if (same !== undefined) {
      const what = same.hash === model.hash ? 'this very model' : 'another model';
      return `${what} is registered already as ${same.name} ${same.version} (${same.state})`;
    }
    await insertModel(tx, model, because.atMs);
    await writeDown(tx, model.name, { action: 'add', model: model.hash, replaced: null }, because);
    return null;
  });
}

/**
 * Carries out a command on the models of one name, if their states allow it; two at once wait for each other.
 * @param seen Hash of the champion as the one who commands saw it; null: the prior.
 */
export function changeModel(
  database: Database,
  name: string,
  command: ModelCommand,
  seen: string | null,
  because: Because,
): Promise<Step> {
  return database.asTenants(OPERATOR, async (tx) => {
    const models = await lockName(tx, name);
    const step = stepOf(models, await changesOf(tx, name), command, seen);
    if (step.kind === 'refused') return step;
    // In the order given: who leaves has left before who comes, there is room for one.
    for (const [hash, state] of step.states) await setState(tx, hash, state);
    await writeDown(tx, name, step.change, because);
    return step;
  });
}

const OF_NAME = (name: string) => ({
  text: `SELECT hash, name, version, state FROM models WHERE name = $1 AND state IS NOT NULL ORDER BY hash`,
  values: [name],
});

/** The models of a name, and nobody else changes them until this transaction ends. */
async function lockName(tx: Tx, name: string): Promise<RegisteredModel[]> {
  await tx.query({ text: 'SELECT pg_advisory_xact_lock(hashtext($1))', values: [`models ${name}`] });
  return tx.query<RegisteredModel>(OF_NAME(name));
}

async function insertModel(tx: Tx, model: NewModel, atMs: number): Promise<void> {
  await tx.query({
    text: `INSERT INTO models (hash, name, version, kind, features, terms, intercept, onnx, model, manifest, card, state,
        created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'candidate', to_timestamp($12::float8 / 1000))`,
    values: [
      model.hash,
      model.name,
      model.version,
      model.kind,
      model.features,
      model.terms,
      model.intercept,
      model.onnx,
      model.model,
      JSON.stringify(model.manifest),
      model.card,
      atMs,
    ],
  });
}

async function setState(tx: Tx, hash: string, state: ModelState): Promise<void> {
  await tx.query({ text: 'UPDATE models SET state = $2 WHERE hash = $1', values: [hash, state] });
}

async function writeDown(tx: Tx, name: string, change: ModelChange, because: Because): Promise<void> {
  const { atMs, actor, reason } = because;
  const { action, model, replaced } = change;
  await tx.query({
    text: `INSERT INTO model_changes (at, name, action, model, replaced, actor, reason)
      VALUES (to_timestamp($1::float8 / 1000), $2, $3, $4, $5, $6, $7)`,
    values: [atMs, name, action, model, replaced, actor, reason],
  });
  const detail = { model, replaced, reason };
  await recordAudit(tx, { atMs, actor, action: `model ${action}`, tenantId: '*', subject: `model ${name}`, detail });
}

/** What a tenant's odds are to differ by, and what that was taken from. */
export interface NewShift {
  readonly tenantId: string;
  readonly shift: number;
  /** Decisions whose outcome is known, and those of their leads that came true. */
  readonly rows: number;
  readonly positives: number;
}

/** Sets what tenants differ by from a model, from now on; what was set before stays beside the decisions made with it. */
export async function addShifts(
  database: Database,
  model: string,
  shifts: readonly NewShift[],
  { atMs, actor, reason }: Because,
): Promise<void> {
  const tenantIds = shifts.map(({ tenantId }) => tenantId);
  await database.asTenants([...OPERATOR, ...tenantIds], async (tx) => {
    await tx.query({
      // By the clock of the database: services ask it for what is new.
      text: `INSERT INTO tenant_shifts (tenant_id, model, set_at, shift, rows, positives)
        SELECT tenant_id, $1, clock_timestamp(), shift, rows, positives
        FROM unnest($2::text[], $3::float8[], $4::int[], $5::int[]) AS new (tenant_id, shift, rows, positives)`,
      values: [
        model,
        tenantIds,
        shifts.map(({ shift }) => shift),
        shifts.map(({ rows }) => rows),
        shifts.map(({ positives }) => positives),
      ],
    });
    const detail = { reason, tenants: shifts.length };
    await recordAudit(tx, {
      atMs,
      actor,
      action: 'model recalibrate',
      tenantId: '*',
      subject: `model ${model}`,
      detail,
    });
  });
}
