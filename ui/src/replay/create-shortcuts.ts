/** Keyboard shortcuts of the replay page: active everywhere, except in controls that need the key themselves. */
import { onCleanup } from 'solid-js';
import type { ReplayView } from './create-replay';

/** Controls that use the arrow keys. */
const TAKES_ARROWS = 'input:not([type=checkbox]), select, textarea, [contenteditable]';
/** Controls that use Space. */
const TAKES_SPACE = `${TAKES_ARROWS}, input, button, a, summary`;

export function createShortcuts(replay: ReplayView): void {
  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const focus = event.target instanceof Element ? event.target : document.body;
    if (event.key === ' ' && !focus.matches(TAKES_SPACE)) {
      replay.toggle();
    } else if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && !focus.matches(TAKES_ARROWS)) {
      const direction = event.key === 'ArrowLeft' ? 'back' : 'forward';
      replay.step(direction, event.shiftKey ? 'task.failed' : undefined);
    } else {
      return;
    }
    event.preventDefault();
  }
  window.addEventListener('keydown', onKey);
  onCleanup(() => window.removeEventListener('keydown', onKey));
}
