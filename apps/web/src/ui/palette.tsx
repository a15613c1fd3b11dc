import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { Rows } from '../queue/order.ts';
import { leadsNamed } from '../queue/search.ts';
import { oddsWords } from '../words/odds.ts';
import { BAND_WORDS, BandShape } from './band-mark.tsx';
import { Modal } from './modal.tsx';

const MAX_FOUND = 8;

export interface PaletteProps {
  readonly rows: Rows;
  readonly onOpen: (leadId: string) => void;
  readonly onClose: () => void;
}

/** Finds a lead by name. */
export function Palette({ rows, onOpen, onClose }: PaletteProps): ReactNode {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const asked = useDeferredValue(query);
  const found = useMemo(() => leadsNamed(rows.values(), asked, MAX_FOUND), [rows, asked]);
  useEffect(() => input.current?.focus(), []);

  const steer = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + found.length) % found.length);
    }
    const lead = found[chosen];
    if (event.key === 'Enter' && lead !== undefined) onOpen(lead.leadId);
  };
  return (
    <Modal label="Find a lead" className="palette" onClose={onClose}>
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Name of the lead"
        aria-expanded={found.length > 0}
        aria-controls="found"
        aria-activedescendant={found.length > 0 ? `found-${chosen}` : undefined}
        placeholder="Name of the lead"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={steer}
      />
      {/* A <datalist> shows text only, as the browser likes. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div id="found" role="listbox" aria-label="Leads found">
        {found.map((row, index) => (
          // The field has the focus and the keys.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={row.leadId}
            id={`found-${index}`}
            // An <option> outside a <select> is none.
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            role="option"
            aria-selected={index === chosen}
            onClick={() => onOpen(row.leadId)}
          >
            <BandShape band={row.band} />
            <span className="name">{row.name}</span>
            <span className="size">
              {row.band === 'unknown' ? BAND_WORDS.unknown : oddsWords(row.conversion.probability)}
            </span>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p className="hint">
          {asked.trim() === ''
            ? `Type a part of a name. ${rows.size.toLocaleString('en')} leads.`
            : 'Nobody of that name.'}
        </p>
      )}
    </Modal>
  );
}
