import { memo, type ReactNode, useState } from 'react';
import { describeReason } from '@hub/intelligence/words';
import type { Reason, Row } from '../api/rows.ts';
import type { View } from '../queue/views.ts';
import { touchWords } from '../words/events.ts';
import { in100, oddsWords } from '../words/odds.ts';
import { BAND_WORDS, BandShape } from './band-mark.tsx';
import { Sparkline } from './sparkline.tsx';

export interface QueueRowProps {
  readonly row: Row;
  readonly view: View;
  /** Place in the list, from 0. */
  readonly index: number;
  readonly of: number;
  readonly top: number;
  readonly active: boolean;
  /** Age of the last touch in words; null when there was none. */
  readonly touched: string | null;
  readonly onOpen: (leadId: string) => void;
}

const SHOWN_REASONS = 3;

/** Id of a row's element, for the list to point at. */
export function rowElementId(leadId: string): string {
  return `lead-${leadId}`;
}

export const QueueRow = memo(function QueueRow(props: QueueRowProps): ReactNode {
  const { row, view, index, of, top, active, touched, onOpen } = props;
  const [firstVersion] = useState(row.version);
  return (
    // The list keeps the focus, since a row out of sight does not exist, and has the keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={rowElementId(row.leadId)}
      className="row"
      // An <option> holds text only.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="option"
      aria-selected={active}
      aria-setsize={of}
      aria-posinset={index + 1}
      data-band={row.band}
      data-lead={row.leadId}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(row.leadId)}
    >
      <span className="band" title={BAND_WORDS[row.band]}>
        <BandShape band={row.band} />
        <span>
          {row.band === 'unknown' ? <span className="unseen">{BAND_WORDS.unknown}</span> : BAND_WORDS[row.band]}
        </span>
      </span>
      <span className="name">{row.name}</span>
      {/* A new key starts the flash that says "this number just changed". */}
      <span key={row.version} className="odds" data-fresh={row.version !== firstVersion || undefined}>
        <Odds row={row} />
        {view === 'cold' && <span className="cold-odds">{in100(row.goingCold.probability)} silent</span>}
      </span>
      <Sparkline odds={row.band === 'unknown' ? [] : row.sparkline} />
      <span className="reasons">
        {row.reasons.slice(0, SHOWN_REASONS).map((reason) => (
          <ReasonWords key={reason.feature} reason={reason} />
        ))}
      </span>
      <span className="touch">
        {touched !== null && row.lastTouchType !== null && <i>{touchWords(row.lastTouchType)}</i>}
        <span>{touched ?? 'never'}</span>
      </span>
    </div>
  );
});

function Odds({ row }: { readonly row: Row }): ReactNode {
  if (row.band === 'unknown') return <span className="thin">not enough evidence</span>;
  return (
    <span title={oddsWords(row.conversion.probability)}>
      <b>{in100(row.conversion.probability)}</b> in 100
    </span>
  );
}

function ReasonWords({ reason }: { readonly reason: Reason }): ReactNode {
  const raises = reason.contribution >= 0;
  return (
    <span className="reason" data-raises={raises}>
      <span aria-hidden="true">{raises ? '+' : '−'}</span>
      <span className="unseen">{raises ? 'for: ' : 'against: '}</span> {describeReason(reason)}
    </span>
  );
}
