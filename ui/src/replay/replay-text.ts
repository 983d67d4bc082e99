/** Texts of the replay page. */
import { count, counted } from '../text';

export const replayText = {
  title: 'Replay',
  scope: {
    label: 'Project',
    everything: 'All projects',
    task: 'Task',
    leaveTask: 'Play the whole project',
  },
  range: {
    label: 'Stretch of time',
    last: 'Last',
    minutes: '15 min',
    hour: '60 min',
    day: '24 h',
    whole: 'Whole',
    from: 'From',
    to: 'To',
    apply: 'Show',
    exact: 'Exact times',
    backwards: 'The end is before the beginning.',
    which: (label: string) => `${label}: which of the two hours`,
    whichHint: 'Clocks were set back: this hour came twice.',
  },
  transport: {
    label: 'Player',
    play: 'Play',
    pause: 'Pause',
    back: 'One event back',
    forward: 'One event on',
    failureBack: 'Previous failure',
    failureForward: 'Next failure',
    speed: 'Speed',
    times: (speed: number) => `${speed}×`,
    max: 'Max',
    shorten: 'Shorten long silences',
    shortenTo: (seconds: number) =>
      `Silences longer than ${seconds} s of recorded time pass as if they were so long`,
    keys: '← → step an event, with Shift to the next failure; Space plays and pauses',
  },
  timeline: 'Moment',
  playhead: (time: string, seen: string) => `${time}, ${seen}`,
  seen: (seen: number, total: number) => `${count(seen)} of ${counted(total, 'event', 'events')}`,
  position: (position: number) => `position ${count(position)}`,
  legend: { going: 'started or reported', completed: 'completed', failed: 'failed' },
  /** Count of an inexact world, until it is fetched again. */
  about: (value: string) => `≈ ${value}`,
  tasks: {
    title: 'Tasks at this moment',
    none: 'There is no task yet at this moment.',
    more: (shown: number, total: number) =>
      `${count(shown)} of ${counted(total, 'task', 'tasks')} shown, those at work first`,
  },
  task: { notYet: 'The task has not been heard of yet at this moment.' },
  events: { title: 'Events up to here', none: 'Nothing has happened yet at this moment.' },
  copyLink: 'Copy link',
  state: {
    notFetched: 'This moment could not be fetched.',
    lost: 'The connection is lost. The replay goes on from here once the server answers.',
    refused: 'The server no longer has this stretch as it was. Look it up again.',
    lookUp: 'Look it up again',
    retry: 'Try now',
  },
  announcements: {
    paused: (moment: string) => `Paused at ${moment}`,
    playing: 'Playing',
    ended: 'The replay has ended',
    noEarlierFailure: 'There is no earlier failure in this stretch.',
    noLaterFailure: 'There is no later failure in this stretch.',
    noLaterEvent: 'This is the last event of the stretch.',
    lost: 'Connection lost',
  },
  nothing: {
    events: {
      title: 'Nothing to replay yet',
      body: 'The log is empty. Send a first report, and its story can be played here.',
    },
    here: {
      title: 'Nothing happened in this stretch',
      body: 'Choose another stretch of time above, or play the whole.',
    },
    project: {
      title: 'No such project',
      body: (project: string) => `There is no project called “${project}”. Choose one of the list above.`,
    },
    task: {
      title: 'No such task',
      body: (task: string, project: string) =>
        `The project “${project}” has no task “${task}”. Play the whole project, or choose another above.`,
    },
    playWhole: 'Play the whole',
  },
  wrong: {
    title: 'This address cannot be played',
    anew: 'Start anew',
  },
} as const;
