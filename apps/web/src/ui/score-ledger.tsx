import type { ReactNode } from 'react';
import { describeReason } from '@hub/intelligence/words';
import type { ExplainedScore } from '../api/rows.ts';
import { ledgerOf, signedHundredths } from '../words/ledger.ts';
import { oddsWords, sigmoid } from '../words/odds.ts';

const BAR_WIDTH = 96;

/** A score as a sum: where an ordinary lead stands, what each reason adds or takes, and what that comes to. */
export function ScoreLedger({ score, label }: { readonly score: ExplainedScore; readonly label: string }): ReactNode {
  const { start, lines, silent, unexplained, total } = ledgerOf(score);
  const longest = Math.max(1, ...lines.map(({ hundredths }) => Math.abs(hundredths)));
  return (
    <table className="ledger" aria-label={label}>
      <tbody>
        <tr className="edge">
          <th scope="row" colSpan={2}>
            Starting point <small>an ordinary lead, {oddsWords(sigmoid(score.intercept))}</small>
          </th>
          <td data-hundredths={start}>{signedHundredths(start)}</td>
        </tr>
        {lines.map(({ reason, hundredths }) => (
          <tr key={reason.feature} data-raises={hundredths > 0}>
            <th scope="row">{describeReason(reason)}</th>
            <td className="bar-cell">
              <Bar share={hundredths / longest} />
            </td>
            <td data-hundredths={hundredths}>{signedHundredths(hundredths)}</td>
          </tr>
        ))}
        {unexplained !== 0 && (
          <tr>
            <th scope="row" colSpan={2}>
              Not accounted for by the reasons given
            </th>
            <td data-hundredths={unexplained}>{signedHundredths(unexplained)}</td>
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr className="edge">
          <th scope="row" colSpan={2}>
            Sum <small>log-odds, which is {oddsWords(score.probability)}</small>
          </th>
          <td data-total={total}>{signedHundredths(total)}</td>
        </tr>
        {silent.length > 0 && (
          <tr className="silent">
            <td colSpan={3}>Too small to show: {silent.map((reason) => describeReason(reason)).join(', ')}</td>
          </tr>
        )}
      </tfoot>
    </table>
  );
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
