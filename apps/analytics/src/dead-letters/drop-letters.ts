import { type Database, dropLetters, reachOfLetters, type Reach, recordAudit } from '@hub/database';
import type { Session } from '@hub/session';
import { type SearchScope, scopeName } from '../search-scope.ts';
import { type LetterSelection, selectedLetters } from './letter-search.ts';

/** Most letters one request drops. */
const MAX_DROPPED = 10_000;

export interface Drop {
  readonly scope: SearchScope;
  readonly selection: LetterSelection;
  readonly reason: string;
  readonly dryRun: boolean;
}

/** Gives letters up, for a reason that is written down; their bytes stay until their time is over. */
export function dropSelected(
  database: Database,
  session: Session,
  { scope, selection, reason, dryRun }: Drop,
  nowMs: number,
): Promise<{ reach: Reach; dropped: number }> {
  const tenantId = scopeName(scope);
  const filter = selectedLetters(scope, selection);
  return database.asTenants(scope.see, async (tx) => {
    const reach = await reachOfLetters(tx, filter);
    if (dryRun || reach.matched === 0) return { reach, dropped: 0 };
    const dropped = await dropLetters(tx, filter, MAX_DROPPED, nowMs);
    const subject = selection.ids?.length === 1 ? `dead letter ${selection.ids[0]}` : 'dead letters';
    const detail = { reason, dropped, criteria: Object.keys(selection) };
    await recordAudit(tx, { atMs: nowMs, actor: session.userId, action: 'drop', tenantId, subject, detail });
    return { reach, dropped };
  });
}
