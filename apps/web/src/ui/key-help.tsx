import type { ReactNode } from 'react';
import { KEY_HELP } from './commands.ts';
import { Icon } from './icons.tsx';
import { Modal } from './modal.tsx';

export function KeyHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Modal label="Keys" className="help" onClose={onClose}>
      <header className="panel-head">
        <h2>Keys</h2>
        <button type="button" className="quiet" onClick={onClose} aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      <dl>
        {KEY_HELP.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
