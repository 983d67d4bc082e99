import Monitor from 'lucide-solid/icons/monitor';
import Moon from 'lucide-solid/icons/moon';
import Sun from 'lucide-solid/icons/sun';
import { For } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { Button } from '../parts/button';
import { text } from '../text';
import { setTheme, THEMES, theme } from './theme';

const ICONS = { light: Sun, dark: Moon, system: Monitor } as const;

export function ThemeSwitch() {
  return (
    <fieldset class="inline-flex rounded-md border border-line p-0.5">
      <legend class="sr-only">{text.theme.label}</legend>
      <For each={THEMES}>
        {(choice) => (
          <button
            type="button"
            aria-pressed={theme() === choice}
            aria-label={text.theme[choice]}
            title={text.theme[choice]}
            onClick={() => setTheme(choice)}
            class="inline-flex h-7 w-8 items-center justify-center rounded-sm text-faint transition-colors hover:text-ink aria-pressed:bg-accent-wash aria-pressed:text-accent"
          >
            <Dynamic component={ICONS[choice]} size={15} aria-hidden="true" />
          </button>
        )}
      </For>
    </fieldset>
  );
}

/** Switch for narrow screens: each press takes the next theme. */
export function ThemeButton() {
  const next = () => THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] ?? 'system';
  const label = () => text.theme.now(text.theme[theme()]);
  return (
    <Button look="quiet" title={label()} aria-label={label()} onClick={() => setTheme(next())}>
      <Dynamic component={ICONS[theme()]} size={16} aria-hidden="true" />
    </Button>
  );
}
