import { randomBytes } from 'node:crypto';
import { type Database, recordAudit, type Tx } from '@hub/database';
import {
  apiKeyText,
  assertUsable,
  type KeyedKind,
  newSecret,
  sameSecret,
  type Sealing,
  UnusableKey,
} from '@hub/sources';
import type { Session } from '@hub/session';
import { BadRequestException, ConflictException, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import { problem } from '../problem.ts';
import { tenantNotFound } from '../tenant.guard.ts';
import type { SourceAnnouncer } from './source-announcer.ts';
import {
  endOtherKeys,
  findSource,
  insertKey,
  insertSource,
  lockSource,
  PLATFORM,
  raiseVersion,
  revokeKeyRow,
  revokeSourceRow,
  type SourceRow,
  sourcesOf,
  tenantExists,
} from './source-rows.ts';
import {
  type KeyAdded,
  type NewKeyRequest,
  type NewSourceRequest,
  type SourceChanged,
  type SourceView,
  stateOf,
  viewOf,
} from './source-shapes.ts';
import { sourceUrl } from './source-urls.ts';

/** A gateway tries every key of a source: more than a rotation needs would cost each webhook. */
const MAX_LIVE_KEYS = 8;
const MAX_SOURCES = 200;

export interface ManageParts {
  readonly database: Database;
  readonly announcer: Pick<SourceAnnouncer, 'announce'>;
  /** Null where this process was given no key to seal secrets with. */
  readonly sealing: Sealing | null;
  /** Where GoHighLevel posts to. */
  readonly ghlUrl: string | undefined;
}

/** Whose sources are changed: a tenant's, or the platform's by somebody who may see every tenant. */
export interface Owner {
  readonly tenantId: string;
  /** Tenants that the transaction sees. */
  readonly see: readonly string[];
}

export const PLATFORM_OWNER: Owner = { tenantId: PLATFORM, see: ['*'] };

export function tenantOwner(tenantId: string): Owner {
  return { tenantId, see: [tenantId] };
}

/** Sources, their keys and secrets: each change is one transaction with its audit record, then told to the gateways. */
export class ManageSources {
  readonly #parts: ManageParts;

  constructor(parts: ManageParts) {
    this.#parts = parts;
  }

  async list({ tenantId, see }: Owner, nowMs: number): Promise<SourceView[]> {
    const rows = await this.#parts.database.asTenants(see, (tx) => sourcesOf(tx, tenantId));
    return rows.map((row) => this.#view(row, nowMs));
  }

  /** @throws BadRequestException for a secret that its kind cannot use; ConflictException beyond the limit. */
  async create(by: Session, owner: Owner, request: NewSourceRequest, nowMs: number): Promise<KeyAdded> {
    const { kind, name, hmac = null } = request;
    const { tenantId } = owner;
    const sourceId = `src${randomBytes(9).toString('hex')}`;
    const key = this.#newKey(kind, sourceId, request);
    const source = await this.#parts.database.asTenants(owner.see, async (tx) => {
      if (!(await tenantExists(tx, tenantId))) throw tenantNotFound();
      const active = (await sourcesOf(tx, tenantId)).filter(({ state }) => state === 'active');
      if (active.length >= MAX_SOURCES) throw tooManySources();
      await insertSource(tx, { sourceId, tenantId, kind, name, hmac });
      await insertKey(tx, tenantId, sourceId, { ...key, notBeforeMs: null, notAfterMs: null });
      await this.#audit(tx, by, owner, 'create source', sourceId, { kind, keyId: key.keyId }, nowMs);
      return found(await findSource(tx, sourceId));
    });
    return this.#added(source, key, nowMs);
  }

  /** Adds a key, and lets the others end where the request says so. @throws as `create`; NotFoundException. */
  async addKey(by: Session, owner: Owner, sourceId: string, request: NewKeyRequest, nowMs: number): Promise<KeyAdded> {
    const { notBeforeMs = null, notAfterMs = null, overlapMs } = request;
    if (notAfterMs !== null && notAfterMs <= nowMs)
      throw invalid('notAfterMs', 'lies in the past: no webhook would match');
    const { source, result: key } = await this.#change(owner, sourceId, async (tx, before) => {
      if (before.state === 'revoked') throw revokedSource();
      const live = before.keys.filter((key) => ['valid', 'notYetValid'].includes(stateOf(key, nowMs)));
      if (live.length >= MAX_LIVE_KEYS) throw tooManyKeys();
      const key = this.#newKey(before.kind, sourceId, request);
      this.#refuseKnown(before, key.secret);
      await insertKey(tx, owner.tenantId, sourceId, { ...key, notBeforeMs, notAfterMs });
      if (overlapMs !== undefined) {
        await endOtherKeys(tx, sourceId, key.keyId, Math.max(notBeforeMs ?? 0, nowMs) + overlapMs);
      }
      await this.#audit(tx, by, owner, 'add key', sourceId, { keyId: key.keyId, overlapMs: overlapMs ?? null }, nowMs);
      return key;
    });
    return this.#added(source, key, nowMs);
  }

  async revokeKey(by: Session, owner: Owner, sourceId: string, keyId: string, nowMs: number): Promise<SourceChanged> {
    const { source } = await this.#change(owner, sourceId, async (tx) => {
      if (!(await revokeKeyRow(tx, sourceId, keyId, nowMs))) {
        throw new NotFoundException(problem('keyNotFound', 'the source has no such key'));
      }
      await this.#audit(tx, by, owner, 'revoke key', sourceId, { keyId }, nowMs);
    });
    return this.#changed(source, nowMs);
  }

  /** For good: what comes with its keys is refused from now on. */
  async revokeSource(by: Session, owner: Owner, sourceId: string, nowMs: number): Promise<SourceChanged> {
    const { source } = await this.#change(owner, sourceId, async (tx) => {
      await revokeSourceRow(tx, sourceId);
      await this.#audit(tx, by, owner, 'revoke source', sourceId, {}, nowMs);
    });
    return this.#changed(source, nowMs);
  }

  /** One change of one source under its lock, which gives it its next version. */
  #change<T>(
    { tenantId, see }: Owner,
    sourceId: string,
    work: (tx: Tx, before: SourceRow) => Promise<T>,
  ): Promise<{ readonly source: SourceRow; readonly result: T }> {
    return this.#parts.database.asTenants(see, async (tx) => {
      if (!(await lockSource(tx, tenantId, sourceId))) throw sourceNotFound();
      const result = await work(tx, found(await findSource(tx, sourceId)));
      await raiseVersion(tx, sourceId);
      return { source: found(await findSource(tx, sourceId)), result };
    });
  }

  #newKey(kind: KeyedKind, sourceId: string, { secret }: { readonly secret?: string | undefined }): NewKeyMade {
    const { sealing } = this.#parts;
    if (sealing === null) {
      const message = 'secrets cannot be sealed: set SECRETS_KEY for analytics, to the same as for the gateway';
      throw new ServiceUnavailableException(problem('secretsKeyMissing', message));
    }
    if (kind === 'events' && secret !== undefined)
      throw invalid('secret', 'is made by the hub for kind events: leave it out');
    const keyId = `key${randomBytes(5).toString('hex')}`;
    const given = secret !== undefined;
    const chosen = secret ?? usable(() => newSecret(kind));
    usable(() => assertUsable(kind, chosen));
    return { keyId, secret: chosen, given, sealed: sealing.seal(chosen, { sourceId, keyId }) };
  }

  /** Rotated to itself a secret would seem to have been changed; one that was revoked would be good again. */
  #refuseKnown({ sourceId, keys }: SourceRow, secret: string): void {
    const { sealing } = this.#parts;
    const known = keys.find(({ keyId, sealed }) => {
      const opened = sealing?.open(sealed, { sourceId, keyId });
      return opened?.ok === true && sameSecret(opened.secret, secret);
    });
    if (known !== undefined) throw secretKnown(known.keyId);
  }

  async #added(source: SourceRow, { keyId, secret, given }: NewKeyMade, nowMs: number): Promise<KeyAdded> {
    const { kind, sourceId } = source;
    const changed = await this.#changed(source, nowMs);
    const shown = kind === 'events' ? apiKeyText({ sourceId, secret }) : secret;
    const urlWithSecret = kind === 'ghl-workflow' && !given ? `${changed.source.url}/${secret}` : null;
    return { ...changed, keyId, secret: given ? null : shown, urlWithSecret };
  }

  async #changed(source: SourceRow, nowMs: number): Promise<SourceChanged> {
    const announced = await this.#parts.announcer.announce(source.sourceId);
    return { source: this.#view(source, nowMs), announced };
  }

  #view(source: SourceRow, nowMs: number): SourceView {
    return viewOf(source, sourceUrl(this.#parts.ghlUrl, source), nowMs);
  }

  async #audit(
    tx: Tx,
    { userId: actor }: Session,
    { tenantId }: Owner,
    action: string,
    sourceId: string,
    detail: Readonly<Record<string, unknown>>,
    atMs: number,
  ): Promise<void> {
    const whose = tenantId === PLATFORM ? '*' : tenantId;
    await recordAudit(tx, { atMs, actor, action, tenantId: whose, subject: `source ${sourceId}`, detail });
  }
}

interface NewKeyMade {
  readonly keyId: string;
  readonly secret: string;
  /** By the caller, who knows it: it is not shown again. */
  readonly given: boolean;
  readonly sealed: string;
}

function usable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnusableKey) throw invalid('secret', error.message);
    throw error;
  }
}

function found(source: SourceRow | null): SourceRow {
  if (source === null) throw sourceNotFound();
  return source;
}

function invalid(field: string, message: string): BadRequestException {
  return new BadRequestException(problem('invalidInput', `${field}: ${message}`));
}

function sourceNotFound(): NotFoundException {
  return new NotFoundException(problem('sourceNotFound', 'the tenant has no such source: its list names those it has'));
}

function revokedSource(): ConflictException {
  return new ConflictException(problem('sourceRevoked', 'the source was revoked, and that is for good: add another'));
}

function secretKnown(keyId: string): ConflictException {
  const message = `secret: is that of ${keyId} of this source already: give the new one, or leave it out to have one made`;
  return new ConflictException(problem('secretKnown', message));
}

function tooManyKeys(): ConflictException {
  const message = `the source has ${MAX_LIVE_KEYS} keys that are valid or will be, which is the limit: revoke one first`;
  return new ConflictException(problem('tooManyKeys', message));
}

function tooManySources(): ConflictException {
  const message = `the tenant has ${MAX_SOURCES} active sources, which is the limit: revoke one first`;
  return new ConflictException(problem('tooManySources', message));
}
