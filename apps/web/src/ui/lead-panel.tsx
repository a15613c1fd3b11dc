import type { ReactNode } from 'react';
import { Icon } from './icons.tsx';

export interface LeadPanelProps {
  readonly leadId: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly onStep: (step: 1 | -1) => void;
  readonly children: ReactNode;
}

/** The frame around a lead; it stays while the lead in it changes, so that its buttons keep the focus. */
export function LeadPanel({ leadId, name, onClose, onStep, children }: LeadPanelProps): ReactNode {
  return (
    <>
      <header className="panel-head">
        <h2>{name}</h2>
        <div className="tools">
          <button
            type="button"
            className="quiet"
            onClick={() => onStep(-1)}
            aria-label="Previous lead"
            title="Previous lead (K)"
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            className="quiet"
            onClick={() => onStep(1)}
            aria-label="Next lead"
            title="Next lead (J)"
          >
            <Icon name="down" />
          </button>
          <button type="button" className="quiet" onClick={onClose} aria-label="Close" title="Close (Esc)">
            <Icon name="close" />
          </button>
        </div>
      </header>
      <div className="panel-body" key={leadId}>
        {children}
      </div>
    </>
  );
}
