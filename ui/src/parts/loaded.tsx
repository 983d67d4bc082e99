/** View of a snapshot: skeleton, failure, stale notice, or the data. Every page shows its data through it. */
import { type Accessor, type JSX, Show } from 'solid-js';
import type { SnapshotView } from '../live/create-snapshot';
import { LoadFailure, StaleNotice } from './notices';

export interface LoadedProps<T> {
  view: SnapshotView<T>;
  skeleton: JSX.Element;
  children: (data: Accessor<NonNullable<T>>) => JSX.Element;
  /** Shown in place of null: the thing does not exist. */
  missing?: JSX.Element;
}

export function Loaded<T>(props: LoadedProps<T>) {
  const failed = () => props.view.error() !== undefined;
  return (
    <Show
      when={props.view.data() !== undefined}
      fallback={
        <Show when={failed()} fallback={props.skeleton}>
          <LoadFailure error={props.view.error()} onRetry={props.view.reload} />
        </Show>
      }
    >
      <Show when={failed()}>
        <StaleNotice error={props.view.error()} onRetry={props.view.reload} />
      </Show>
      <div class="contents" aria-busy={props.view.pending()}>
        <Show when={props.view.data() ?? undefined} fallback={props.missing}>
          {(data) => props.children(data)}
        </Show>
      </div>
    </Show>
  );
}

export function SkeletonRows(props: { rows: number; class?: string }) {
  return (
    <div aria-hidden="true" class={`-mx-3 flex flex-col ${props.class ?? ''}`}>
      {Array.from({ length: props.rows }, (_, index) => (
        <div class="flex h-12 items-center gap-4 border-b border-line px-3">
          <div class="skeleton h-3 w-20" />
          <div class="skeleton h-3" style={{ width: `${30 + ((index * 17) % 30)}%` }} />
        </div>
      ))}
    </div>
  );
}
