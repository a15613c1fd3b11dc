import { useEffect, useEffectEvent } from 'react';
import { type Command, commandOf } from './commands.ts';

/**
 * Runs what keys ask for, anywhere on the page.
 * @param enabled false while a dialog has the keys for itself.
 */
export function useKeys(enabled: boolean, run: (command: Command) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const command = commandOf(event, isTyping(event.target));
    if (command === null || !enabled || event.defaultPrevented) return;
    if (event.key.startsWith('Arrow') && scrollsByItself(event.target)) return;
    // The browser closes a dialog by itself, and tells its owner.
    if (command === 'close' && document.querySelector('dialog[open]') !== null) return;
    event.preventDefault();
    run(command);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

/** Arrows scroll in here, as in any region of its own. */
function scrollsByItself(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('.panel') !== null;
}
