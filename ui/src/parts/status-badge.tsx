/** Badge of a status: icon, word and colour, never one of them alone. */
import CircleCheck from 'lucide-solid/icons/circle-check';
import CirclePause from 'lucide-solid/icons/circle-pause';
import CirclePlay from 'lucide-solid/icons/circle-play';
import CircleSlash from 'lucide-solid/icons/circle-slash';
import CircleX from 'lucide-solid/icons/circle-x';
import { Dynamic } from 'solid-js/web';
import { SenderText } from './sender-text';
import { type StatusKind, statusKind } from './status-kind';

const ICONS = {
  running: CirclePlay,
  waiting: CirclePause,
  completed: CircleCheck,
  failed: CircleX,
  cancelled: CircleSlash,
} as const;

const STATUS_COLOURS: Readonly<Record<StatusKind, string>> = {
  running: 'text-running',
  waiting: 'text-waiting',
  completed: 'text-completed',
  failed: 'text-failed',
  cancelled: 'text-cancelled',
};

export function StatusIcon(props: { kind: StatusKind; size?: number }) {
  return (
    <Dynamic
      component={ICONS[props.kind]}
      size={props.size ?? 16}
      class={`shrink-0 ${STATUS_COLOURS[props.kind]}`}
      aria-hidden="true"
    />
  );
}

export function StatusBadge(props: { task: { status: string; finished_at: string | null } }) {
  const kind = () => statusKind(props.task);
  return (
    <span class={`inline-flex min-w-0 items-center gap-1.5 font-medium ${STATUS_COLOURS[kind()]}`}>
      <StatusIcon kind={kind()} />
      <SenderText class="truncate" value={props.task.status} titled />
    </span>
  );
}
