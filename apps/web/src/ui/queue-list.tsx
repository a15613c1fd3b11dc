import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import type { QueueState } from '../queue/queue-state.ts';
import { scrollTopShowing, visibleRange } from '../queue/window.ts';
import { ageWords } from '../words/time.ts';
import { useMedia } from './hooks.ts';
import { QueueRow, rowElementId } from './queue-row.tsx';
import { VIEW_WORDS } from './view-bar.tsx';

/** Must agree with the rows in styles.css. */
const ROW_PX = { wide: 36, narrow: 58 };

export interface QueueListProps {
  readonly queue: QueueState;
  readonly serverNowMs: number;
  readonly activeId: string | null;
  readonly listRef: RefObject<HTMLDivElement | null>;
  readonly onOpen: (leadId: string) => void;
  readonly onHold: (held: boolean) => void;
}

/** The rows in sight of however many there are. The list has the focus, and points at the active row. */
export function QueueList({ queue, serverNowMs, activeId, listRef, onOpen, onHold }: QueueListProps): ReactNode {
  const { rows, shown, view } = queue;
  const rowPx = useMedia('(width < 760px)') ? ROW_PX.narrow : ROW_PX.wide;
  const [viewport, setViewport] = useState({ top: 0, height: 0 });
  const activeIndex = activeId === null ? -1 : shown.indexOf(activeId);

  useLayoutEffect(() => {
    const list = listRef.current;
    if (list === null) return undefined;
    const measure = (): void => setViewport({ top: list.scrollTop, height: list.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(list);
    return () => observer.disconnect();
  }, [listRef]);

  useEffect(() => {
    listRef.current?.scrollTo({ top: 0 });
  }, [listRef, view]);

  useEffect(() => {
    const list = listRef.current;
    if (list === null || activeIndex < 0) return;
    list.scrollTop = scrollTopShowing(activeIndex, list.scrollTop, list.clientHeight, rowPx);
    // Only when another row becomes active: rows that move by themselves must not drag the list along.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [activeId, listRef, rowPx]);

  useHold(listRef, onHold);

  const { from, to } = visibleRange(viewport.top, viewport.height, rowPx, shown.length);
  // The active row stays rendered out of sight too: assistive technology follows the pointer to it.
  const indices = Array.from({ length: to - from }, (_, offset) => from + offset);
  if (activeIndex >= 0 && (activeIndex < from || activeIndex >= to)) indices.push(activeIndex);

  const openActive = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && activeId !== null) onOpen(activeId);
  };
  return (
    <div
      ref={listRef}
      className="rows"
      // A <select> cannot hold rows like these.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="listbox"
      data-view={view}
      tabIndex={0}
      aria-label={`${VIEW_WORDS[view].name}: leads, ${VIEW_WORDS[view].order}`}
      aria-activedescendant={activeIndex >= 0 && activeId !== null ? rowElementId(activeId) : undefined}
      onKeyDown={openActive}
      onScroll={({ currentTarget: { scrollTop } }) => setViewport(({ height }) => ({ top: scrollTop, height }))}
    >
      <div className="canvas" role="presentation" style={{ height: shown.length * rowPx }}>
        {indices.map((index) => {
          const row = rows.get(shown[index] ?? '');
          if (row === undefined) return null;
          return (
            <QueueRow
              key={row.leadId}
              row={row}
              view={view}
              index={index}
              of={shown.length}
              top={index * rowPx}
              active={row.leadId === activeId}
              touched={row.lastTouchAtMs === null ? null : ageWords(serverNowMs - row.lastTouchAtMs)}
              onOpen={onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Holds the order while the pointer is over the rows or the focus within. */
function useHold(listRef: RefObject<HTMLDivElement | null>, onHold: (held: boolean) => void): void {
  useEffect(() => {
    const list = listRef.current;
    if (list === null) return undefined;
    let pointed = false;
    let focused = list.contains(document.activeElement);
    const tell = (): void => onHold(pointed || focused);
    const set = (event: Event): void => {
      if (event.type === 'pointerenter' || event.type === 'pointerleave') pointed = event.type === 'pointerenter';
      else focused = event.type === 'focusin';
      tell();
    };
    const kinds = ['pointerenter', 'pointerleave', 'focusin', 'focusout'];
    for (const kind of kinds) list.addEventListener(kind, set);
    tell();
    return () => {
      for (const kind of kinds) list.removeEventListener(kind, set);
      onHold(false);
    };
  }, [listRef, onHold]);
}
