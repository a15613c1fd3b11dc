import type { ReactNode } from 'react';
import type { View } from '../queue/views.ts';

/** A page with nothing to show but a message. */
function Notice({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <main className="notice">
      <img src="/mark.svg" alt="" width="28" height="28" />
      <h1>{title}</h1>
      {children}
    </main>
  );
}

export function SignedOut(): ReactNode {
  return (
    <Notice title="You are signed out">
      <p>EnterpriseHub opens by a sign-in link. A link works once; this browser then stays signed in for some hours.</p>
      <p>
        <code>npm run signin</code>, in the folder that EnterpriseHub runs from, prints a fresh one. If somebody else
        runs it for you, ask them.
      </p>
    </Notice>
  );
}

export function Unreachable({
  message,
  onRetry,
}: {
  readonly message: string;
  readonly onRetry: () => void;
}): ReactNode {
  return (
    <Notice title="EnterpriseHub does not answer">
      <p>{message}</p>
      <p>
        Where it runs, <code>npm run status</code> tells which service is down.
      </p>
      <button type="button" className="plain" onClick={onRetry}>
        Try again
      </button>
    </Notice>
  );
}

export function NoTenant(): ReactNode {
  return (
    <Notice title="No account yet">
      <p>You are signed in, but no account is shared with you. Whoever runs EnterpriseHub can add one.</p>
    </Notice>
  );
}

export interface EmptyQueueProps {
  readonly view: View;
  readonly total: number;
  readonly webhookUrl: string | null;
}

/** In place of rows. */
export function EmptyQueue({ view, total, webhookUrl }: EmptyQueueProps): ReactNode {
  if (total > 0) return <p className="hint empty">{EMPTY_VIEW[view]}</p>;
  return (
    <div className="hint empty">
      <h2>No leads yet</h2>
      <p>A lead appears here a moment after its first webhook arrives. Point your CRM at</p>
      <pre>{webhookUrl ?? 'POST …/webhooks/ghl'}</pre>
      <p>
        {webhookUrl === null && (
          <>
            <code>npm start</code> prints the whole address.{' '}
          </>
        )}
        To try it now, run the curl line that <code>npm start</code> printed.
      </p>
    </div>
  );
}

const EMPTY_VIEW: Readonly<Record<View, string>> = {
  now: 'Nobody is hot or warm right now. Look under Going cold for who may be slipping away.',
  cold: 'Nobody with a score is likely to fall silent.',
  all: 'No leads.',
};
