import { useCallback, useState } from 'react';

export type Theme = 'light' | 'dark';

const KEY = 'hub-theme';

/** The theme somebody chose here, else null: then the page follows the system. */
function chosenTheme(): Theme | null {
  const chosen = localStorage.getItem(KEY);
  return chosen === 'light' || chosen === 'dark' ? chosen : null;
}

/** Call it before the first paint. */
export function applyChosenTheme(): void {
  const chosen = chosenTheme();
  if (chosen !== null) document.documentElement.dataset['theme'] = chosen;
}

export function useTheme(): readonly [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(
    () => chosenTheme() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
  );
  const toggle = useCallback(() => {
    setTheme((before) => {
      const after = before === 'dark' ? 'light' : 'dark';
      localStorage.setItem(KEY, after);
      applyChosenTheme();
      return after;
    });
  }, []);
  return [theme, toggle];
}
