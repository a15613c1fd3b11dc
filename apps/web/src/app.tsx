import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { type Answer, HubApi, type Me } from './api/hub-api.ts';
import { useRoute } from './ui/hooks.ts';
import { NoTenant, SignedOut, Unreachable } from './ui/notices.tsx';
import { Workspace } from './ui/workspace.tsx';

const api = new HubApi();

/** Who is here, and which tenant they look at. */
export function App(): ReactNode {
  const [me, setMe] = useState<Answer<Me> | null>(null);
  const [route, setRoute] = useRoute();
  const ask = useCallback(() => {
    void api.me().then(setMe);
  }, []);
  useEffect(ask, [ask]);
  const signedOut = useCallback(() => setMe({ kind: 'signedOut' }), []);
  const signOut = useCallback(() => {
    void api.signOut().then((answer) => {
      // When it could not be told the session is still good: asking again shows the truth.
      if (answer.kind === 'ok' || answer.kind === 'signedOut') signedOut();
      else ask();
    });
  }, [ask, signedOut]);

  if (me === null) return null;
  if (me.kind === 'signedOut') return <SignedOut />;
  if (me.kind !== 'ok') {
    return <Unreachable message={me.kind === 'failed' ? me.message : 'It has no such page.'} onRetry={ask} />;
  }
  const { tenants } = me.value;
  const tenant = tenants.find(({ id }) => id === route.tenant) ?? tenants[0];
  if (tenant === undefined) return <NoTenant />;
  return (
    <Workspace
      key={tenant.id}
      api={api}
      me={me.value}
      tenantId={tenant.id}
      route={route}
      onRoute={setRoute}
      onSignedOut={signedOut}
      onSignOut={signOut}
    />
  );
}
