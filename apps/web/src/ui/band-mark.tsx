import type { ReactNode } from 'react';
import type { Band } from '../api/rows.ts';

export const BAND_WORDS: Readonly<Record<Band, string>> = {
  hot: 'Hot',
  warm: 'Warm',
  cool: 'Cool',
  unknown: 'Not enough evidence',
};

const DIAMOND = 'M6 1l5 5-5 5-5-5z';

const OUTLINES: Readonly<Record<Band | 'cold', string>> = {
  hot: DIAMOND,
  warm: DIAMOND,
  cool: DIAMOND,
  unknown: 'M6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
  cold: 'M6 1.5v9M2.5 7 6 10.5 9.5 7',
};

/** A band as a shape that reads without colour: full, half, empty, dotted; and an arrow down for going cold. */
export function BandShape({ band }: { readonly band: Band | 'cold' }): ReactNode {
  return (
    <svg className="shape" data-band={band} viewBox="0 0 12 12" aria-hidden="true">
      <path d={OUTLINES[band]} />
      {band === 'hot' && <path className="full" d={DIAMOND} />}
      {band === 'warm' && <path className="full" d="M6 1v10l-5-5z" />}
    </svg>
  );
}
