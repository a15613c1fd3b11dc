import type { ReactNode } from 'react';

const WIDTH = 72;
const HEIGHT = 18;
const INSET = 2;
/** Online leads rarely pass this: one scale for all rows, so that they can be compared by eye. */
const FULL_SCALE = 0.3;

/** The latest odds of a lead, oldest first; the numbers are in the row, so this is decoration for the ear. */
export function Sparkline({ odds }: { readonly odds: readonly number[] }): ReactNode {
  const top = Math.max(FULL_SCALE, ...odds);
  const stepX = odds.length > 1 ? (WIDTH - 2 * INSET) / (odds.length - 1) : 0;
  const points = odds.map((probability, index) => {
    const x = odds.length > 1 ? INSET + index * stepX : WIDTH - INSET;
    const y = HEIGHT - INSET - (probability / top) * (HEIGHT - 2 * INSET);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const [endX, endY] = points.at(-1)?.split(',') ?? [];
  return (
    <svg className="spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline points={points.join(' ')} />
      {endX !== undefined && <circle cx={endX} cy={endY} r="1.75" />}
    </svg>
  );
}
