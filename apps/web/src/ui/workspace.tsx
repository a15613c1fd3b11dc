import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { HubApi, Me } from '../api/hub-api.ts';
import { changesHeld } from '../queue/queue-state.ts';
import { QueueStore } from '../queue/queue-store.ts';
import { countsOf, type View } from '../queue/views.ts';
import { freshnessOf } from '../stream/link.ts';
import { Announcer } from './announcer.tsx';
import type { Command } from './commands.ts';
import { CountsStrip } from './counts-strip.tsx';
import { Header } from './header.tsx';
import { useMedia, useNow } from './hooks.ts';
import { KeyHelp } from './key-help.tsx';
import { Lead } from './lead.tsx';
import { LeadPanel } from './lead-panel.tsx';
import { Modal } from './modal.tsx';
import { EmptyQueue } from './notices.tsx';
import { Palette } from './palette.tsx';
import { QueueList } from './queue-list.tsx';
import type { Route } from './route.ts';
import { useTheme } from './theme.ts';
import { useKeys } from './use-keys.ts';
import { ViewBar } from './view-bar.tsx';

export interface WorkspaceProps {
  readonly api: HubApi;
  readonly me: Me;
  readonly tenantId: string;
  readonly route: Route;
  readonly onRoute: (change: Partial<Route>) => void;
  readonly onSignedOut: () => void;
  readonly onSignOut: () => void;
}

/** The live queue of one tenant. Mount it anew, by `key`, for another one. */
export function Workspace({ api, me, tenantId, route, onRoute, onSignedOut, onSignOut }: WorkspaceProps): ReactNode {
  const [store] = useState(
    () => new QueueStore({ api, tenantId, realtimeUrl: me.realtimeUrl, onSignedOut }, route.view),
  );
  useEffect(() => {
    store.start();
    return () => store.close();
  }, [store]);
  useEffect(() => store.setView(route.view), [store, route.view]);
  const { queue, link, clockOffsetMs, problem } = useSyncExternalStore(store.subscribe, store.snapshot);
  const nowMs = useNow();
  const serverNowMs = nowMs + clockOffsetMs;
  const counts = useMemo(() => countsOf(queue.rows.values()), [queue.rows]);
  const changes = useMemo(() => changesHeld(queue), [queue]);
  const freshness = freshnessOf(link, queue.complete && queue.refetched === null, Math.max(nowMs, link.heardAtMs ?? 0));
  const [theme, toggleTheme] = useTheme();
  const [overlay, setOverlay] = useState<'search' | 'help' | null>(null);
  const narrow = useMedia('(width < 1100px)');
  const list = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(route.lead);

  const open = useCallback(
    (leadId: string) => {
      setOverlay(null);
      setActiveId(leadId);
      onRoute({ lead: leadId });
    },
    [onRoute],
  );
  const close = useCallback(() => {
    onRoute({ lead: null });
    list.current?.focus();
  }, [onRoute]);
  const closeOverlay = useCallback(() => setOverlay(null), []);
  const hold = useCallback((held: boolean) => store.hold(held), [store]);
  const takeNews = useCallback(() => store.takeNews(), [store]);
  const show = (view: View): void => onRoute({ view });
  const step = (by: 1 | -1): void => {
    const { shown } = queue;
    const at = activeId === null ? -1 : shown.indexOf(activeId);
    const next = at < 0 ? shown[0] : shown[Math.min(Math.max(0, at + by), shown.length - 1)];
    if (next === undefined) return;
    setActiveId(next);
    if (route.lead !== null) onRoute({ lead: next });
    else list.current?.focus({ preventScroll: true });
  };

  const run = (command: Command): void => {
    switch (command) {
      case 'next':
        step(1);
        break;
      case 'previous':
        step(-1);
        break;
      case 'close':
        if (route.lead !== null) close();
        break;
      case 'apply':
        store.applyChanges();
        break;
      case 'search':
      case 'help':
        setOverlay(command);
        break;
      case 'viewNow':
        show('now');
        break;
      case 'viewCold':
        show('cold');
        break;
      case 'viewAll':
        show('all');
        break;
      case 'theme':
        toggleTheme();
    }
  };
  useKeys(overlay === null, run);

  const openRow = route.lead === null ? undefined : queue.rows.get(route.lead);
  const panel = route.lead !== null && (
    <LeadPanel leadId={route.lead} name={openRow?.name ?? 'Lead'} onClose={close} onStep={step}>
      <Lead
        key={route.lead}
        api={api}
        tenantId={tenantId}
        leadId={route.lead}
        version={openRow?.version ?? 0}
        serverNowMs={serverNowMs}
        onSignedOut={onSignedOut}
      />
    </LeadPanel>
  );
  return (
    <div className="workspace" data-freshness={freshness.kind}>
      <Header
        me={me}
        tenantId={tenantId}
        freshness={freshness}
        theme={theme}
        onTenant={(tenant) => onRoute({ tenant, lead: null })}
        onSearch={() => setOverlay('search')}
        onTheme={toggleTheme}
        onHelp={() => setOverlay('help')}
        onSignOut={onSignOut}
      />
      <CountsStrip counts={counts} complete={queue.complete} />
      {problem !== null && (
        <p className="problem" role="alert">
          {problem} Trying again by itself.{' '}
          <button type="button" className="plain" onClick={() => store.retry()}>
            Try now
          </button>
        </p>
      )}
      <main className="panes">
        <section className="queue" aria-label="Queue">
          <ViewBar
            view={queue.view}
            counts={counts}
            changes={changes}
            onView={show}
            onApply={() => store.applyChanges()}
          />
          {queue.complete && queue.shown.length === 0 && (
            <EmptyQueue view={queue.view} total={queue.rows.size} webhookUrl={me.webhookUrl} />
          )}
          <div className="columns" data-view={queue.view} aria-hidden="true">
            {['Band', 'Lead', 'Odds', 'Lately', 'Why', 'Last touch'].map((column) => (
              <span key={column}>{column}</span>
            ))}
          </div>
          <QueueList
            queue={queue}
            serverNowMs={serverNowMs}
            activeId={activeId}
            listRef={list}
            onOpen={open}
            onHold={hold}
          />
        </section>
        {narrow ? (
          panel !== false && (
            <Modal label="Lead" className="panel" onClose={close}>
              {panel}
            </Modal>
          )
        ) : (
          <aside className="panel" aria-label="Lead">
            {panel === false ? <p className="hint empty">Choose a lead to see what its odds are made of.</p> : panel}
          </aside>
        )}
      </main>
      {overlay === 'search' && <Palette rows={queue.rows} onOpen={open} onClose={closeOverlay} />}
      {overlay === 'help' && <KeyHelp onClose={closeOverlay} />}
      <Announcer takeNews={takeNews} />
    </div>
  );
}
