/** Gate before the app: asks for the API key, checks it, and says what is wrong with it. */
import { createSignal, Show } from 'solid-js';
import { Logo } from '../layout/logo';
import { Button } from '../parts/button';
import { errorText } from '../parts/notices';
import { text } from '../text';
import { checkKey, isSendable } from './check-key';

export interface KeyGateProps {
  /** Reason why the key is asked for again. */
  refusal: string | undefined;
  onKey(key: string, keep: boolean): void;
}

export function KeyGate(props: KeyGateProps) {
  const [error, setError] = createSignal(props.refusal);
  const [checking, setChecking] = createSignal(false);
  let field!: HTMLInputElement;
  let keep!: HTMLInputElement;

  async function enter(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const key = field.value.trim();
    setError(undefined);
    setChecking(true);
    const refusal = await refusalOf(key);
    setChecking(false);
    if (refusal === undefined) return props.onKey(key, keep.checked);
    setError(refusal);
    field.focus();
  }

  return (
    <main class="flex min-h-dvh items-center justify-center p-4">
      <form class="flex w-full max-w-sm flex-col gap-5" onSubmit={(event) => void enter(event)}>
        <div>
          <h1 class="text-lg">
            <Logo />
          </h1>
          <p class="mt-2 text-soft">{text.gate.intro}</p>
        </div>
        <div class="flex flex-col gap-1.5">
          <label for="key" class="font-medium">
            {text.gate.key}
          </label>
          <input
            id="key"
            ref={field}
            type="password"
            autocomplete="current-password"
            autofocus
            spellcheck={false}
            aria-invalid={error() !== undefined}
            aria-describedby="key-hint key-error"
            class="h-10 rounded-md border border-line-strong bg-surface px-3 font-mono text-base aria-[invalid=true]:border-failed"
          />
          <p id="key-hint" class="text-xs text-faint">
            {text.gate.keyHint}
          </p>
          <p id="key-error" role="alert" class="text-failed">
            <Show when={error()}>{(message) => message()}</Show>
          </p>
        </div>
        <label class="tap flex items-center gap-2">
          <input ref={keep} type="checkbox" class="size-4 accent-accent" />
          {text.gate.keep}
        </label>
        <Button type="submit" look="primary" class="h-10" disabled={checking()}>
          {checking() ? text.gate.checking : text.gate.enter}
        </Button>
      </form>
    </main>
  );
}

async function refusalOf(key: string): Promise<string | undefined> {
  if (key === '') return text.gate.empty;
  if (!isSendable(key)) return text.gate.unsendable;
  try {
    const verdict = await checkKey(key);
    if (verdict === 'accepted') return undefined;
    return verdict === 'wrong' ? text.gate.wrong : text.gate.noReadScope;
  } catch (error) {
    return errorText(error);
  }
}
