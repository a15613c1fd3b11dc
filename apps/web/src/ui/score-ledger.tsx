import type { ReactNode } from 'react';
import { describeReason, sizeWords } from '@hub/intelligence/words';
import type { ExplainedScore, ReasonLink } from '../api/rows.ts';
import { type LedgerLine, ledgerOf, signedHundredths } from '../words/ledger.ts';
import { oddsWords, sigmoid } from '../words/odds.ts';
import { ageWords } from '../words/time.ts';

const BAR_WIDTH = 96;

export interface ScoreLedgerProps {
  readonly score: ExplainedScore;
  readonly label: string;
  /** Where reasons come from; null while that is not known. */
  readonly links: ReadonlyMap<string, ReasonLink> | null;
  readonly serverNowMs: number;
  readonly onShow: (link: ReasonLink) => void;
}

/**
 * A score as a sum: where an ordinary lead stands, what raises it, what lowers it, and what that comes to. A reason that
 * comes from events leads to them.
 */
export function ScoreLedger({ score, label, links, serverNowMs, onShow }: ScoreLedgerProps): ReactNode {
  const { start, lines, silent, unexplained, total } = ledgerOf(score);
  const longest = Math.max(1, ...lines.map(({ hundredths }) => Math.abs(hundredths)));
  const sides = [
    { name: 'Raises it', ofSide: lines.filter(({ hundredths }) => hundredths > 0) },
    { name: 'Lowers it', ofSide: lines.filter(({ hundredths }) => hundredths < 0) },
  ].filter(({ ofSide }) => ofSide.length > 0);
  return (
    <table className="ledger" aria-label={label}>
      <tbody>
        <tr className="edge">
          <th scope="row" colSpan={3}>
            Starting point <small>an ordinary lead, {oddsWords(sigmoid(score.intercept))}</small>
          </th>
          <td data-hundredths={start}>{signedHundredths(start)}</td>
        </tr>
      </tbody>
      {sides.map(({ name, ofSide }) => (
        <tbody key={name}>
          <tr className="side">
            <th scope="rowgroup" colSpan={4}>
              {name}
            </th>
          </tr>
          {ofSide.map((line) => (
            <Line
              key={line.reason.feature}
              line={line}
              share={line.hundredths / longest}
              link={links?.get(line.reason.feature)}
              serverNowMs={serverNowMs}
              onShow={onShow}
            />
          ))}
        </tbody>
      ))}
      {unexplained !== 0 && (
        <tbody>
          <tr>
            <th scope="row" colSpan={3}>
              Not accounted for by the reasons given
            </th>
            <td data-hundredths={unexplained}>{signedHundredths(unexplained)}</td>
          </tr>
        </tbody>
      )}
      <tfoot>
        <tr className="edge">
          <th scope="row" colSpan={3}>
            Sum <small>log-odds, which is {oddsWords(score.probability)}</small>
          </th>
          <td data-total={total}>{signedHundredths(total)}</td>
        </tr>
        {silent.length > 0 && (
          <tr className="silent">
            <td colSpan={4}>Too small to show: {silent.map((reason) => describeReason(reason)).join(', ')}</td>
          </tr>
        )}
      </tfoot>
    </table>
  );
}

interface LineProps extends Pick<ScoreLedgerProps, 'serverNowMs' | 'onShow'> {
  readonly line: LedgerLine;
  readonly share: number;
  readonly link: ReasonLink | undefined;
}

function Line({ line: { reason, hundredths }, share, link, serverNowMs, onShow }: LineProps): ReactNode {
  const age = link === undefined ? '' : ageWords(serverNowMs - link.latestMs);
  return (
    <tr data-raises={hundredths > 0}>
      <th scope="row">{describeReason(reason)}</th>
      <td className="cause-cell">
        {link !== undefined && (
          <button
            type="button"
            className="cause"
            aria-label={`${age} →, ${causesWords(link)} behind: ${describeReason(reason)}`}
            onClick={() => onShow(link)}
          >
            {age} →
          </button>
        )}
      </td>
      <td className="bar-cell">
        <Bar share={share} />
      </td>
      <td data-hundredths={hundredths} title={sizeWords(reason.contribution)}>
        {signedHundredths(hundredths)}
      </td>
    </tr>
  );
}

function causesWords({ eventIds }: ReasonLink): string {
  return eventIds.length === 1 ? 'the event' : `the ${eventIds.length} events`;
}

/** @param share From -1 to 1: to the left of the axis it takes away, to the right it adds. */
function Bar({ share }: { readonly share: number }): ReactNode {
  const axis = BAR_WIDTH / 2;
  const length = Math.max(1, Math.abs(share) * (axis - 1));
  return (
    <svg className="bar" width={BAR_WIDTH} height="10" viewBox={`0 0 ${BAR_WIDTH} 10`} aria-hidden="true">
      <rect x={share < 0 ? axis - length : axis} y="1" width={length} height="8" rx="1.5" />
      <line x1={axis} x2={axis} y1="0" y2="10" />
    </svg>
  );
}
