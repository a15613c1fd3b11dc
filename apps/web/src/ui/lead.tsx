import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import type { HubApi } from '../api/hub-api.ts';
import type { Profile } from '../api/rows.ts';
import { LeadStore } from '../lead/lead-store.ts';
import { touchWords } from '../words/events.ts';
import { oddsWords } from '../words/odds.ts';
import { agoWords, clockWords, dayWords } from '../words/time.ts';
import { BAND_WORDS, BandShape } from './band-mark.tsx';
import { ScoreLedger } from './score-ledger.tsx';
import { Timeline } from './timeline.tsx';

export interface LeadProps {
  readonly api: HubApi;
  readonly tenantId: string;
  readonly leadId: string;
  /** Version of the lead's row: what is shown here must not be older. */
  readonly version: number;
  readonly serverNowMs: number;
  readonly onSignedOut: () => void;
}

/** Everything about one lead. Mount it anew, by `key`, for another one. */
export function Lead({ api, tenantId, leadId, version, serverNowMs, onSignedOut }: LeadProps): ReactNode {
  const [store] = useState(() => new LeadStore(api, tenantId, leadId, onSignedOut));
  useEffect(() => () => store.close(), [store]);
  useEffect(() => void store.refresh(version), [store, version]);
  const { profile, entries, olderCursor, loadingOlder, missing, problem } = useSyncExternalStore(
    store.subscribe,
    store.snapshot,
  );
  return (
    <>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}{' '}
          <button type="button" className="plain" onClick={() => void store.retry()}>
            Try again
          </button>
        </p>
      )}
      {missing && <p className="hint">There is no such lead in this account.</p>}
      {profile === null && !missing && problem === null && <p className="hint">Fetching the lead</p>}
      {profile !== null && (
        <>
          <Verdict profile={profile} />
          <Facts profile={profile} serverNowMs={serverNowMs} />
          <Why profile={profile} />
          <Timeline
            entries={entries}
            hasOlder={olderCursor !== null}
            loadingOlder={loadingOlder}
            serverNowMs={serverNowMs}
            onOlder={() => void store.older()}
          />
        </>
      )}
    </>
  );
}

function Verdict({ profile }: { readonly profile: Profile }): ReactNode {
  const { band, conversion } = profile;
  return (
    <div className="verdict" data-band={band}>
      <p className="headline">
        {band === 'unknown' ? (
          'Not enough evidence'
        ) : (
          <>
            {oddsWords(conversion.probability)}
            <span className="band">
              <BandShape band={band} />
              {BAND_WORDS[band]}
            </span>
          </>
        )}
      </p>
      <p className="sentence">
        {band === 'unknown'
          ? 'Odds would be a guess: the lead has not acted and people did little about it so far, or nobody did anything for half a year.'
          : 'leads like this one talk with us or book an appointment within 30 days.'}
      </p>
      <ModelLabel profile={profile} />
    </div>
  );
}

function ModelLabel({ profile }: { readonly profile: Profile }): ReactNode {
  const { modelKind, servedBy } = profile;
  return (
    <p className="model">
      <b>{modelKind === 'prior' ? 'Prior, not learned' : 'Learned from outcomes'}</b>{' '}
      {modelKind === 'prior' && 'Weights were set by hand; no outcome of yours is in them yet.'}
      {servedBy === 'builtin' && ' The model file could not be used; the built-in one decided.'}
    </p>
  );
}

function Facts({ profile, serverNowMs }: { readonly profile: Profile; readonly serverNowMs: number }): ReactNode {
  const { lastTouchAtMs, lastTouchType, stage, source, assignedTo, firstSeenAtMs, eventCount } = profile;
  const touch =
    lastTouchAtMs === null
      ? 'none yet'
      : `${agoWords(serverNowMs - lastTouchAtMs)}${lastTouchType === null ? '' : `, ${touchWords(lastTouchType)}`}`;
  const facts = [
    ['Last touch', touch],
    ['Deal', stage ?? 'none yet'],
    ['Source', source ?? 'not given'],
    ['Agent', assignedTo ?? 'nobody'],
    ['First seen', `${dayWords(firstSeenAtMs, serverNowMs)}, ${clockWords(firstSeenAtMs)}`],
    ['Events', eventCount.toLocaleString('en')],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Why({ profile }: { readonly profile: Profile }): ReactNode {
  const { band, conversion, goingCold } = profile;
  const ledgers = (
    <>
      <section className="why" aria-label="Why these odds">
        <h3>Why</h3>
        <ScoreLedger score={conversion} label="Reasons of the odds" />
      </section>
      <section className="why" aria-label="Going cold">
        <h3>Going cold</h3>
        {band !== 'unknown' && (
          <p className="sentence">
            <b>{oddsWords(goingCold.probability)}</b> leads like this one give no sign within the time that is normal
            for where they stand.
          </p>
        )}
        <ScoreLedger score={goingCold} label="Reasons of going cold" />
      </section>
    </>
  );
  if (band !== 'unknown') return ledgers;
  return (
    <details className="thin-reasons">
      <summary>What the models have so far</summary>
      {ledgers}
    </details>
  );
}
