/** Age of a time, with the full time on hover. */
import { age, fullTime } from './format';
import { useClock } from './ticker';

export function Age(props: { time: string }) {
  const now = useClock();
  return (
    <time datetime={props.time} title={fullTime(props.time)} class="whitespace-nowrap">
      {age(props.time, now())}
    </time>
  );
}
