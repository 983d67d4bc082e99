/** Link to the replay of a project or a task. */
import RotateCcwClock from 'lucide-solid/icons/rotate-ccw-clock';
import { replayOf } from '../links';
import { text } from '../text';

export function ReplayLink(props: { project: string; taskId?: string }) {
  return (
    <a
      href={replayOf(props.project, props.taskId)}
      class="tap inline-flex items-center gap-1.5 rounded-md border border-line bg-surface px-3 font-medium transition-colors hover:bg-hover"
    >
      <RotateCcwClock size={15} aria-hidden="true" />
      {text.nav.replay}
    </a>
  );
}
