/** Counts of the tasks at the playhead, by status. */
import { Counts } from '../parts/counts';
import { count } from '../text';
import { replayText } from './replay-text';
import type { World, WorldCounts } from './world';

export function ReplayCounts(props: { world: World }) {
  const value = (name: keyof WorldCounts) => {
    const shown = count(Math.max(0, props.world.counts[name]));
    return props.world.inexactAt > 0 ? replayText.about(shown) : shown;
  };
  return <Counts value={value} />;
}
