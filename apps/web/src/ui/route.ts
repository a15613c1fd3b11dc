import { VIEWS, type View } from '../queue/views.ts';

/** What the address of the page says, so that a reload or a shared link shows the same. */
export interface Route {
  readonly tenant: string | null;
  readonly view: View;
  readonly lead: string | null;
}

export function routeOf(search: string): Route {
  const query = new URLSearchParams(search);
  const view = query.get('view');
  return {
    tenant: query.get('tenant'),
    view: VIEWS.find((known) => known === view) ?? 'now',
    lead: query.get('lead'),
  };
}

export function searchOf({ tenant, view, lead }: Route): string {
  const query = new URLSearchParams({
    ...(tenant !== null && { tenant }),
    ...(view !== 'now' && { view }),
    ...(lead !== null && { lead }),
  });
  return query.size === 0 ? '' : `?${query}`;
}
