/** Shell around every page: navigation, connection chip and summary stay in place. */
import { useLocation } from '@solidjs/router';
import LogOut from 'lucide-solid/icons/log-out';
import { createEffect, on, type ParentProps } from 'solid-js';
import { Button } from '../parts/button';
import { text } from '../text';
import { ConnectionChip } from './connection-chip';
import { LiveSummary } from './live-summary';
import { Logo } from './logo';
import { NavLinks } from './nav-links';
import { ThemeButton, ThemeSwitch } from './theme-switch';

export function Shell(props: ParentProps<{ onSignOut(): void }>) {
  let main: HTMLElement | undefined;
  const location = useLocation();
  // A screen reader has to start at the top of a new page, not at the link that was left.
  createEffect(
    on(
      () => location.pathname,
      () => main?.focus({ preventScroll: true }),
      { defer: true },
    ),
  );

  return (
    <div class="flex min-h-dvh flex-col lg:flex-row">
      {/* Skip link. The router ignores links with a target; a bare fragment would lead to the page of the base element. */}
      <a
        href={`${location.pathname}${location.search}#main`}
        target="_self"
        class="sr-only z-20 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {text.skip}
      </a>
      <aside class="sticky top-0 hidden h-dvh w-52 shrink-0 flex-col gap-5 border-r border-line bg-surface p-3 lg:flex">
        <div class="px-2 pt-1.5">
          <Logo />
        </div>
        <NavLinks variant="rail" />
        <div class="mt-auto flex flex-col items-start gap-2">
          <ThemeSwitch />
          <SignOut onSignOut={props.onSignOut} />
        </div>
      </aside>
      <div class="flex min-w-0 flex-1 flex-col">
        <header class="sticky top-0 z-10 flex h-12 items-center gap-3 border-b border-line bg-surface px-4 lg:px-8">
          <span class="lg:hidden">
            <Logo short />
          </span>
          <span class="ml-auto min-w-0">
            <ConnectionChip />
          </span>
          <div class="flex items-center lg:hidden">
            <ThemeButton />
            <SignOut onSignOut={props.onSignOut} short />
          </div>
        </header>
        <main id="main" ref={main} tabindex="-1" class="flex-1 pb-16 lg:pb-0">
          {props.children}
        </main>
      </div>
      <div class="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden">
        <NavLinks variant="bar" />
      </div>
      <LiveSummary />
    </div>
  );
}

function SignOut(props: { onSignOut(): void; short?: boolean }) {
  return (
    <Button
      look="quiet"
      class={props.short === true ? '' : 'px-2.5'}
      title={text.signOut}
      onClick={() => props.onSignOut()}
    >
      <LogOut size={15} aria-hidden="true" />
      <span class={props.short === true ? 'sr-only' : ''}>{text.signOut}</span>
    </Button>
  );
}
