import { type ReactNode, useEffect, useState } from 'react';
import { QUIET_MS } from '../queue/announcement.ts';

/** Tells those who listen to the page what happened, in one sentence and rarely. */
export function Announcer({ takeNews }: { readonly takeNews: () => string | null }): ReactNode {
  const [news, setNews] = useState('');
  useEffect(() => {
    const timer = setInterval(() => {
      const latest = takeNews();
      if (latest !== null) setNews(latest);
    }, QUIET_MS);
    return () => clearInterval(timer);
  }, [takeNews]);
  return (
    <output className="unseen" aria-live="polite">
      {news}
    </output>
  );
}
