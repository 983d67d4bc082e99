/** App: the key gate, then the live feed and the pages. */
import { Route, Router } from '@solidjs/router';
import { createSignal, lazy, Show } from 'solid-js';
import { Shell } from './layout/shell';
import { OVERVIEW, PROJECT_PATTERN, REPLAY, TASK_PATTERN, TASKS } from './links';
import { LiveProvider } from './live/live-context';
import NotFoundPage from './pages/not-found-page';
import OverviewPage from './pages/overview-page';
import ProjectPage from './pages/project-page';
import TaskPage from './pages/task-page';
import TasksPage from './pages/tasks-page';
import { KeyGate } from './session/key-gate';
import { forgetKey, storedKey, storeKey } from './session/key-store';
import type { KeyRefusal } from './socket/close-verdict';
import { text } from './text';

/** Replay page, loaded on the first visit to it: most people only watch the live pages. */
const ReplayPage = lazy(() => import('./pages/replay-page'));

export function App() {
  const [key, setKey] = createSignal(storedKey());
  const [refusal, setRefusal] = createSignal<string>();

  function enter(next: string, keep: boolean): void {
    storeKey(next, keep);
    setRefusal(undefined);
    setKey(next);
  }

  function leave(why: string | undefined): void {
    forgetKey();
    setRefusal(why);
    setKey(undefined);
  }

  return (
    <Show when={key()} keyed fallback={<KeyGate refusal={refusal()} onKey={enter} />}>
      {(apiKey) => (
        <LiveProvider apiKey={apiKey} onKeyRefused={(kind) => leave(refusalText(kind))}>
          <Router root={(props) => <Shell onSignOut={() => leave(undefined)}>{props.children}</Shell>}>
            <Route path={OVERVIEW} component={OverviewPage} />
            <Route path={TASKS} component={TasksPage} />
            <Route path={PROJECT_PATTERN} component={ProjectPage} />
            <Route path={REPLAY} component={ReplayPage} />
            <Route path={TASK_PATTERN} component={TaskPage} />
            <Route path="*rest" component={NotFoundPage} />
          </Router>
        </LiveProvider>
      )}
    </Show>
  );
}

function refusalText(kind: KeyRefusal): string {
  return kind === 'scope' ? text.gate.noReadScope : text.gate.ended;
}
