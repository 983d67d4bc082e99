/** Links to the pages: a rail on wide screens, a bar at the bottom of narrow ones. */
import { useLocation } from '@solidjs/router';
import LayoutGrid from 'lucide-solid/icons/layout-grid';
import ListChecks from 'lucide-solid/icons/list-checks';
import RotateCcwClock from 'lucide-solid/icons/rotate-ccw-clock';
import { For } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { BASE_PATH } from '../api/base-path';
import { OVERVIEW, REPLAY, TASKS } from '../links';
import { text } from '../text';

const PAGES = [
  { href: OVERVIEW, label: text.nav.overview, icon: LayoutGrid, holds: /^\/?(projects\/[^/]+)?$/ },
  { href: TASKS, label: text.nav.tasks, icon: ListChecks, holds: /^\/(tasks|projects\/[^/]+\/tasks\/)/ },
  { href: REPLAY, label: text.nav.replay, icon: RotateCcwClock, holds: /^\/replay$/ },
] as const;

export function NavLinks(props: { variant: 'rail' | 'bar' }) {
  const location = useLocation();
  const look = () =>
    props.variant === 'rail'
      ? 'tap flex items-center gap-2.5 rounded-md px-2.5'
      : 'flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs';
  return (
    <nav aria-label={text.nav.label} class={props.variant === 'rail' ? 'flex flex-col gap-0.5' : 'flex'}>
      <For each={PAGES}>
        {(page) => (
          <a
            href={page.href}
            aria-current={page.holds.test(location.pathname.slice(BASE_PATH.length)) ? 'page' : undefined}
            class={`text-soft transition-colors hover:text-ink aria-[current]:font-medium aria-[current]:text-accent ${props.variant === 'rail' ? 'hover:bg-hover aria-[current]:bg-accent-wash' : ''} ${look()}`}
          >
            <Dynamic component={page.icon} size={props.variant === 'rail' ? 16 : 20} aria-hidden="true" />
            {page.label}
          </a>
        )}
      </For>
    </nav>
  );
}
