/** Summary of new events for screen readers, now and then: reading out every event would never end. */
import { createSignal, onCleanup } from 'solid-js';
import { useLive } from '../live/live-context';
import { text } from '../text';

const EVERY_MS = 15_000;

export function LiveSummary() {
  const { feed } = useLive();
  const [summary, setSummary] = createSignal('');
  let finished = 0;
  let failed = 0;

  const unsubscribe = feed.subscribe({
    onChanges(changes) {
      for (const { event } of changes) {
        if (event.type === 'task.finished') finished += 1;
        else if (event.type === 'task.failed') failed += 1;
      }
    },
    onReset() {
      finished = 0;
      failed = 0;
    },
    onConnected() {},
  });
  const timer = window.setInterval(() => {
    setSummary(text.announce(finished, failed));
    finished = 0;
    failed = 0;
  }, EVERY_MS);
  onCleanup(() => {
    unsubscribe();
    window.clearInterval(timer);
  });

  return (
    <p class="sr-only" role="status">
      {summary()}
    </p>
  );
}
