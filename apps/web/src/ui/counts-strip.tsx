import type { ReactNode } from 'react';
import type { Counts } from '../queue/views.ts';
import { BandShape } from './band-mark.tsx';

const COUNTS = [
  ['hot', 'hot', 'Hot'],
  ['warm', 'warm', 'Warm'],
  ['cold', 'goingCold', 'Going cold'],
  ['unknown', 'unknown', 'Not enough evidence'],
] as const;

export function CountsStrip({ counts, complete }: { readonly counts: Counts; readonly complete: boolean }): ReactNode {
  return (
    <dl className="counts" aria-busy={!complete}>
      {COUNTS.map(([shape, count, label]) => (
        <div key={count}>
          <dt>
            <BandShape band={shape} />
            {label}
          </dt>
          <dd>{counts[count].toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  );
}
