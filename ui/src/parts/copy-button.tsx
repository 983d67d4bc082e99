/** Button that copies text and confirms it. */
import Check from 'lucide-solid/icons/check';
import Copy from 'lucide-solid/icons/copy';
import { createSignal, onCleanup, Show } from 'solid-js';
import { text } from '../text';
import { Button } from './button';

const SAID_MS = 2_000;

export function CopyButton(props: { label: string; value: string }) {
  const [copied, setCopied] = createSignal(false);
  let timer = 0;
  onCleanup(() => window.clearTimeout(timer));

  async function copy(): Promise<void> {
    await copyText(props.value);
    setCopied(true);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => setCopied(false), SAID_MS);
  }

  return (
    <Button onClick={() => void copy()}>
      <Show when={copied()} fallback={<Copy size={14} aria-hidden="true" />}>
        <Check size={14} class="text-completed" aria-hidden="true" />
      </Show>
      <span aria-live="polite">{copied() ? text.empty.copied : props.label}</span>
    </Button>
  );
}

/** Whether the page may use the clipboard: browsers allow it only over https and on localhost. */
async function copyText(value: string): Promise<void> {
  if (navigator.clipboard !== undefined) return await navigator.clipboard.writeText(value);
  const area = document.createElement('textarea');
  area.value = value;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
