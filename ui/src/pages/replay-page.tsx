/** Replay page: plays the past of a project, a task or everything, over a range of time, at any speed. */
import { useLocation, useNavigate } from '@solidjs/router';
import { createMemo, createSignal, type JSX, Match, Show, Switch } from 'solid-js';
import { Page } from '../layout/page';
import { projectHref, REPLAY, taskHref } from '../links';
import { createProjects } from '../lists/create-projects';
import { SkeletonRows } from '../parts/loaded';
import { LoadFailure, NoTasksYet, Notice } from '../parts/notices';
import { SenderText } from '../parts/sender-text';
import { plainText } from '../parts/visible-text';
import { type ReplayAddress, readAddress, replayHref, type WrongParameter } from '../replay/address';
import { createReplayRange } from '../replay/create-replay-range';
import type { EmptyRange } from '../replay/load-replay-range';
import { Picker } from '../replay/picker';
import { Player } from '../replay/player';
import { replayText } from '../replay/replay-text';

type Projects = ReturnType<typeof createProjects>;

export default function ReplayPage() {
  const location = useLocation();
  // The live feed begins behind a first snapshot, and this page has no other one of the present.
  const projects = createProjects();
  const read = createMemo(() => readAddress(location.search));
  /** Parameters that make another replay; the others only say where this one is. */
  const key = createMemo(() => {
    const { address } = read();
    return address === undefined ? undefined : JSON.stringify([address.scope, address.from, address.to]);
  });

  return (
    <Show when={read().wrong === undefined} fallback={<Wrong parameters={read().wrong ?? []} />}>
      <Show when={key()} keyed>
        {(_) => <Replay address={read().address as ReplayAddress} projects={projects} />}
      </Show>
    </Show>
  );
}

function Replay(props: { address: ReplayAddress; projects: Projects }) {
  // Address at the beginning; it follows the playhead from here on.
  const first = props.address;
  const navigate = useNavigate();
  const view = createReplayRange(first);
  const [address, setAddress] = createSignal(first);
  const found = createMemo(() => {
    const value = view.found();
    return value !== undefined && 'positions' in value ? value : undefined;
  });
  const nothing = createMemo(() => {
    const value = view.found();
    return value !== undefined && 'nothing' in value ? value.nothing : undefined;
  });

  function keep(change: Pick<ReplayAddress, 'at' | 'speed' | 'maxGap'>): void {
    const next = { ...first, ...change };
    setAddress(next);
    navigate(replayHref(next), { replace: true, scroll: false });
  }

  return (
    <Page title={replayText.title} above={above(first)}>
      <Picker address={address()} projects={props.projects} times={found()} onAgain={view.reload} />
      <Switch fallback={<SkeletonRows rows={8} />}>
        <Match when={found()} keyed>
          {(range) => <Player range={range} address={address()} onAddress={keep} onReset={view.reload} />}
        </Match>
        <Match when={nothing()}>
          {(what) => <Nothing what={what()} address={first} onWhole={() => navigate(whole(first))} />}
        </Match>
        <Match when={view.error() !== undefined}>
          <LoadFailure error={view.error()} onRetry={view.reload} />
        </Match>
      </Switch>
    </Page>
  );
}

function above({ scope }: ReplayAddress) {
  const { project, taskId } = scope;
  if (project === undefined) return [];
  const pages = [{ label: project, href: projectHref(project) }];
  return taskId === undefined
    ? pages
    : [...pages, { label: taskId, href: taskHref({ project, task_id: taskId }) }];
}

function whole({ scope, speed, maxGap }: ReplayAddress): string {
  return replayHref({ scope, speed, maxGap });
}

function Nothing(props: {
  what: EmptyRange['nothing'];
  address: ReplayAddress;
  onWhole(): void;
}): JSX.Element {
  const words = replayText.nothing;
  const { project = '', taskId = '' } = props.address.scope;
  return (
    <Switch>
      <Match when={props.what === 'events'}>
        <NoTasksYet />
      </Match>
      <Match when={props.what === 'here'}>
        <Notice title={words.here.title}>
          <p class="text-soft">{words.here.body}</p>
          <a href={whole(props.address)} class="font-medium text-accent hover:underline">
            {words.playWhole}
          </a>
        </Notice>
      </Match>
      <Match when={props.what === 'project'}>
        <Notice title={words.project.title}>
          <p class="text-soft">{words.project.body(plainText(project))}</p>
        </Notice>
      </Match>
      <Match when={props.what === 'task'}>
        <Notice title={words.task.title}>
          <p class="text-soft">{words.task.body(plainText(taskId), plainText(project))}</p>
        </Notice>
      </Match>
    </Switch>
  );
}

function Wrong(props: { parameters: readonly WrongParameter[] }) {
  return (
    <Page title={replayText.title}>
      <Notice title={replayText.wrong.title}>
        <ul class="list-disc pl-5 text-soft">
          {props.parameters.map(({ name, why }) => (
            <li>
              <SenderText class="font-mono text-ink" value={name} /> <SenderText value={why} />
            </li>
          ))}
        </ul>
        <a href={REPLAY} class="font-medium text-accent hover:underline">
          {replayText.wrong.anew}
        </a>
      </Notice>
    </Page>
  );
}
