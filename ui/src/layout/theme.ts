/** Theme: light, dark or the system's. `public/theme.js` sets a stored choice before the first paint. */
import { createSignal } from 'solid-js';

export const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

const NAME = 'att.theme';

function storedTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

const [theme, setThemeSignal] = createSignal<Theme>(storedTheme());

export { theme };

export function setTheme(next: Theme): void {
  setThemeSignal(next);
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    if (next === 'system') localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, next);
  } catch {
    // Storage is blocked: the choice lasts as long as the page does.
  }
}
