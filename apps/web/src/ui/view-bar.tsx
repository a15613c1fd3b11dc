import type { ReactNode } from 'react';
import { type Counts, type View, VIEWS } from '../queue/views.ts';
import { Icon } from './icons.tsx';

export const VIEW_WORDS: Readonly<Record<View, { readonly name: string; readonly order: string }>> = {
  now: { name: 'Now', order: 'best odds first' },
  cold: { name: 'Going cold', order: 'most to lose first' },
  all: { name: 'All', order: 'latest touch first' },
};

export interface ViewBarProps {
  readonly view: View;
  readonly counts: Counts;
  /** Rows that wait to move. */
  readonly changes: number;
  readonly onView: (view: View) => void;
  readonly onApply: () => void;
}

export function ViewBar({ view, counts, changes, onView, onApply }: ViewBarProps): ReactNode {
  const sizes: Readonly<Record<View, number>> = { now: counts.now, cold: counts.goingCold, all: counts.all };
  return (
    <div className="view-bar">
      <nav className="views" aria-label="Views">
        {VIEWS.map((each, index) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === view}
            title={`${VIEW_WORDS[each].name} (${index + 1})`}
            onClick={() => onView(each)}
          >
            {VIEW_WORDS[each].name} <span className="size">{sizes[each].toLocaleString('en')}</span>
          </button>
        ))}
      </nav>
      {changes > 0 ? (
        <button className="changes" type="button" onClick={onApply} title="Bring the order up to date (R)">
          {changes} {changes === 1 ? 'change' : 'changes'}
          <Icon name="refresh" />
          <kbd>R</kbd>
        </button>
      ) : (
        <p className="order-words">{VIEW_WORDS[view].order}</p>
      )}
    </div>
  );
}
