import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { type Route, routeOf, searchOf } from './route.ts';

const SECOND_MS = 1_000;

/** The time, once a second; by the server's clock when given how far that is ahead. */
export function useNow(offsetMs = 0): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs + offsetMs;
}

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** The address of the page. Opening a lead adds to the history, so that Back closes it. */
export function useRoute(): readonly [Route, (change: Partial<Route>) => void] {
  const [route, setRoute] = useState(() => routeOf(location.search));
  useEffect(() => {
    const follow = (): void => setRoute(routeOf(location.search));
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  const change = useCallback((part: Partial<Route>) => {
    const before = routeOf(location.search);
    const after = { ...before, ...part };
    const url = `${location.pathname}${searchOf(after)}`;
    if (before.lead === null && after.lead !== null) history.pushState(null, '', url);
    else history.replaceState(null, '', url);
    setRoute(after);
  }, []);
  return [route, change];
}
