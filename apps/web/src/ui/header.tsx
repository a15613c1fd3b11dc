import type { ReactNode } from 'react';
import type { Me } from '../api/hub-api.ts';
import type { Freshness } from '../stream/link.ts';
import { FreshnessMark } from './freshness-mark.tsx';
import { Icon } from './icons.tsx';
import type { Theme } from './theme.ts';

export interface HeaderProps {
  readonly me: Me;
  readonly tenantId: string;
  readonly freshness: Freshness;
  readonly theme: Theme;
  readonly onTenant: (tenantId: string) => void;
  readonly onSearch: () => void;
  readonly onTheme: () => void;
  readonly onHelp: () => void;
  readonly onSignOut: () => void;
}

export function Header(props: HeaderProps): ReactNode {
  const { me, tenantId, freshness, theme } = props;
  return (
    <header className="header">
      <h1 className="product">
        <img src="/mark.svg" alt="" width="16" height="16" />
        <span>EnterpriseHub</span>
      </h1>
      <select
        className="tenant"
        aria-label="Account"
        value={tenantId}
        onChange={(event) => props.onTenant(event.target.value)}
      >
        {me.tenants.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <FreshnessMark freshness={freshness} />
      <button className="find" type="button" onClick={props.onSearch} aria-label="Find a lead" aria-keyshortcuts="/">
        <Icon name="search" />
        <span className="wide-only">Find a lead</span>
        <kbd className="wide-only">/</kbd>
      </button>
      <div className="tools">
        <button
          type="button"
          className="quiet"
          onClick={props.onTheme}
          aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
          title={`${theme === 'dark' ? 'Light' : 'Dark'} theme (T)`}
        >
          <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
        </button>
        <button type="button" className="quiet wide-only" onClick={props.onHelp} aria-label="Keys" title="Keys (?)">
          <Icon name="keys" />
        </button>
        <span className="user wide-only">{me.userName}</span>
        <button type="button" className="quiet" onClick={props.onSignOut} aria-label="Sign out" title="Sign out">
          <Icon name="leave" />
        </button>
      </div>
    </header>
  );
}
