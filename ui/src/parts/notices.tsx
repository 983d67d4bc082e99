/** Notices in place of data: none there yet, no match, or a failure. */
import CircleAlert from 'lucide-solid/icons/circle-alert';
import { type JSX, type ParentProps, Show } from 'solid-js';
import { serverAddress } from '../api/base-path';
import { ApiProblem, isPassing, ServerUnreachable } from '../api/errors';
import { useLive } from '../live/live-context';
import { text } from '../text';
import { BuildProgress } from './build-progress';
import { Button } from './button';
import { Code } from './code';
import { CopyButton } from './copy-button';
import { firstReport } from './first-report';
import { plainText } from './visible-text';

export function Notice(props: ParentProps<{ title: string; icon?: JSX.Element }>) {
  return (
    <section class="mx-auto flex w-full max-w-xl flex-col items-start gap-3 px-4 py-12">
      {props.icon}
      <h2 class="text-lg font-semibold">{props.title}</h2>
      {props.children}
    </section>
  );
}

export function NoTasksYet() {
  const { apiKey } = useLive();
  const shown = firstReport(serverAddress());
  return (
    <Notice title={text.empty.title}>
      <p class="text-soft">{text.empty.body}</p>
      <Code label={text.empty.command} value={shown} />
      <div class="flex flex-wrap gap-2">
        <CopyButton label={text.empty.copyWithKey} value={firstReport(serverAddress(), apiKey)} />
        <CopyButton label={text.empty.copy} value={shown} />
      </div>
    </Notice>
  );
}

export function NoMatch(props: { onClear(): void }) {
  return (
    <Notice title={text.noMatch.title}>
      <p class="text-soft">{text.noMatch.body}</p>
      <Button onClick={() => props.onClear()}>{text.noMatch.clear}</Button>
    </Notice>
  );
}

/** Notice in place of data that could not be loaded. */
export function LoadFailure(props: { error: unknown; onRetry(): void }) {
  return (
    <Show when={progressOf(props.error)} fallback={<Failure error={props.error} onRetry={props.onRetry} />}>
      {(progress) => (
        <Notice title={text.build.title}>
          <p class="text-soft">{text.build.body}</p>
          <BuildProgress progress={progress()} />
        </Notice>
      )}
    </Show>
  );
}

function progressOf(error: unknown) {
  return error instanceof ApiProblem ? error.progress : undefined;
}

function Failure(props: { error: unknown; onRetry(): void }) {
  return (
    <Notice title={text.errors.title} icon={<CircleAlert size={24} class="text-failed" aria-hidden="true" />}>
      <p class="text-soft" role="alert">
        {errorText(props.error)}
      </p>
      <Show when={props.error instanceof ApiProblem ? props.error : undefined}>
        {(problem) => <p class="font-mono text-xs text-faint">{text.errors.request(problem().requestId)}</p>}
      </Show>
      <Button onClick={() => props.onRetry()}>{text.errors.retry}</Button>
    </Notice>
  );
}

/** Notice above data that could not be loaded again, and may be old. */
export function StaleNotice(props: { error: unknown; onRetry(): void }) {
  return (
    <div
      role="alert"
      class="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-waiting-wash px-3 py-2 text-waiting"
    >
      <CircleAlert size={16} class="shrink-0" aria-hidden="true" />
      <Show
        when={progressOf(props.error)}
        fallback={
          <span>
            {text.errors.old} {errorText(props.error)}
          </span>
        }
      >
        {(progress) => (
          <>
            <span>
              {text.build.title}. {text.errors.old}
            </span>
            <BuildProgress progress={progress()} />
          </>
        )}
      </Show>
      <button type="button" class="font-medium underline underline-offset-2" onClick={() => props.onRetry()}>
        {text.errors.retry}
      </button>
    </div>
  );
}

export function errorText(error: unknown): string {
  if (error instanceof ServerUnreachable) return text.errors.unreachable;
  // The detail may quote text of a sender or of an address.
  const detail = plainText(error instanceof Error ? error.message : String(error));
  return isPassing(error) ? text.errors.passing(detail.replace(/\.$/, '')) : detail;
}
