/** Changes for tests, as the feed makes them of frames. */

import type { WebhookKind } from '@att/contracts';
import type { Change } from '../live/change';
import { makeKnownTasks } from '../live/make-known-tasks';
import { type FrameFields, frameAt } from './frames';

export type Report = [position: number, kind: WebhookKind, fields?: FrameFields];

/** @param earlier reports that came before, so that their tasks are known */
export function changesOf(reports: readonly Report[], earlier: readonly Report[] = []): Change[] {
  const known = makeKnownTasks();
  for (const report of earlier) known.change(frameAt(...report));
  return reports.map((report) => known.change(frameAt(...report)));
}
