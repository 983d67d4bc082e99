/** Frame of every page: its path, title, actions and content. */
import { createEffect, For, type JSX, type ParentProps } from 'solid-js';
import { SenderText } from '../parts/sender-text';
import { plainText } from '../parts/visible-text';
import { text } from '../text';

export interface PageProps {
  title: string;
  /** The pages above this one, outermost first. */
  above?: readonly { label: string; href: string | undefined }[];
  /** Buttons and links beside the title. */
  actions?: JSX.Element;
}

export function Page(props: ParentProps<PageProps>) {
  createEffect(() => {
    document.title = `${plainText(props.title)} · ${text.product}`;
  });
  return (
    <div class="mx-auto w-full max-w-7xl px-4 py-5 lg:px-8 lg:py-6">
      <header class="mb-5">
        <For each={props.above}>
          {(page) => (
            <span class="text-xs text-faint">
              <a
                href={page.href}
                class="inline-block max-w-full py-1 break-words hover:text-ink hover:underline"
              >
                <SenderText value={page.label} />
              </a>
              <span aria-hidden="true" class="mx-1.5">
                /
              </span>
            </span>
          )}
        </For>
        <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h1 class="min-w-0 text-lg font-semibold break-words">
            <SenderText class="block" value={props.title} />
          </h1>
          {props.actions}
        </div>
      </header>
      {props.children}
    </div>
  );
}
