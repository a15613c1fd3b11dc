import { isTooWide } from '@hub/intelligence/bands';
import { thinEvidenceWords } from '@hub/intelligence/words';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import type { HubApi } from '../api/hub-api.ts';
import type { DecidingModel, ModelName, Profile, ReasonLink, ReasonLinks } from '../api/rows.ts';
import { LeadStore } from '../lead/lead-store.ts';
import { touchWords } from '../words/events.ts';
import { nameWords, originWords } from '../words/model.ts';
import { oddsWords, rangeWords } from '../words/odds.ts';
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

const NONE: ReadonlySet<string> = new Set();

/** Everything about one lead. Mount it anew, by `key`, for another one. */
export function Lead({ api, tenantId, leadId, version, serverNowMs, onSignedOut }: LeadProps): ReactNode {
  const [store] = useState(() => new LeadStore(api, tenantId, leadId, onSignedOut));
  useEffect(() => () => store.close(), [store]);
  useEffect(() => void store.refresh(version), [store, version]);
  const { profile, links, entries, olderCursor, loadingOlder, missing, problem } = useSyncExternalStore(
    store.subscribe,
    store.snapshot,
  );
  const [lit, setLit] = useState<ReadonlySet<string>>(NONE);
  const show = async ({ eventIds }: ReasonLink): Promise<void> => {
    const [newest] = eventIds;
    if (newest !== undefined) await store.reveal(newest);
    setLit(new Set(eventIds));
  };
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
          <Why profile={profile} links={links} serverNowMs={serverNowMs} onShow={(link) => void show(link)} />
          <Timeline
            entries={entries}
            lit={lit}
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
  const { band, conversion, thinEvidence } = profile;
  const range = conversion.range ?? null;
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
          ? `Odds would be a guess: ${thinEvidence === null ? UNTOLD : thinEvidenceWords(thinEvidence)}.`
          : 'leads like this one talk with us or book an appointment within 30 days.'}
      </p>
      {band !== 'unknown' && range !== null && (
        <p className="range">
          <b>{rangeWords(range)}</b> for 8 of 10 such leads
          {isTooWide(range) && ': too wide a range to act on alone'}
        </p>
      )}
      <ModelLabel profile={profile} />
    </div>
  );
}

/** Of a decision stored before the rule was. */
const UNTOLD =
  'the lead has not acted and people did little about it so far, or nobody did anything for more than 180 days';

function ModelLabel({ profile }: { readonly profile: Profile }): ReactNode {
  const { modelKind, servedBy, conversion } = profile;
  return (
    <p className="model">
      <b>{modelKind === 'prior' ? 'Prior, not learned' : 'Learned from outcomes'}</b>{' '}
      {modelKind === 'prior' && 'Weights were set by hand; no outcome of yours is in them yet.'}
      {servedBy === 'builtin' && ' The model file could not be used; the built-in one decided.'}
      <ModelOrigin model={conversion.model} />
    </p>
  );
}

function ModelOrigin({ model }: { readonly model: DecidingModel | null }): ReactNode {
  if (model === null) return null;
  return (
    <small>
      Odds by {nameWords(model)}, {originWords(model)}
    </small>
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

interface WhyProps {
  readonly profile: Profile;
  readonly links: ReasonLinks | null;
  readonly serverNowMs: number;
  readonly onShow: (link: ReasonLink) => void;
}

function Why({ profile, links, serverNowMs, onShow }: WhyProps): ReactNode {
  const { band, version, conversion, goingCold, match } = profile;
  const coldRange = goingCold.range ?? null;
  // Links of another decision would lead to what did not cause this one.
  const linksOf = (model: ModelName) => (links?.version === version ? links.of[model] : null);
  const ledgers = (
    <>
      <section className="why" aria-label="Why these odds">
        <h3>Why</h3>
        <ScoreLedger
          score={conversion}
          label="Reasons of the odds"
          links={linksOf('conversion')}
          serverNowMs={serverNowMs}
          onShow={onShow}
        />
      </section>
      <section className="why" aria-label="Going cold">
        <h3>Going cold</h3>
        {band !== 'unknown' && (
          <p className="sentence">
            <b>{oddsWords(goingCold.probability)}</b> leads like this one give no sign within the time that is normal
            for where they stand{coldRange !== null && `, ${rangeWords(coldRange)} for 8 of 10 such leads`}.
          </p>
        )}
        <ScoreLedger
          score={goingCold}
          label="Reasons of going cold"
          links={linksOf('goingCold')}
          serverNowMs={serverNowMs}
          onShow={onShow}
        />
        <p className="model">
          <ModelOrigin model={goingCold.model} />
        </p>
      </section>
      {match !== null && (
        <section className="why" aria-label="Match">
          <h3>Match</h3>
          <ScoreLedger
            score={match}
            label="Reasons of the match"
            links={linksOf('match')}
            serverNowMs={serverNowMs}
            onShow={onShow}
          />
          <p className="model">
            <ModelOrigin model={match.model} />
          </p>
        </section>
      )}
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
