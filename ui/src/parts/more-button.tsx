import { Show } from 'solid-js';
import type { LoadMore } from '../lists/create-load-more';
import { text } from '../text';
import { Button } from './button';
import { errorText } from './notices';

export function MoreButton(props: { more: LoadMore; label?: string }) {
  return (
    <div class="flex flex-col items-center gap-2 py-4">
      <Show when={props.more.error() !== undefined}>
        <p role="alert" class="text-failed">
          {errorText(props.more.error())}
        </p>
      </Show>
      <Button disabled={props.more.loading()} onClick={() => props.more.run()}>
        {props.more.loading() ? text.list.loading : (props.label ?? text.list.more)}
      </Button>
    </div>
  );
}
