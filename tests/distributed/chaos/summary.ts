/** Summary of what a run of chaos did and proved, in Markdown. */
import type { EpisodeReport } from './episode.js';

/** Proofs at the end of each episode: `prove` in `episode.ts`. */
const PROVED = `At the end of each: every acknowledged report is in the log exactly once, at its position; the log has no gaps, and its hash chain holds; the
topic has all of the log in its order, once repeated messages are left out; three sockets, one of them of one project, got each event once and in order, without a reset;
tasks, projects and stats of both query services are what a plain fold of the log gives; and both realtime services count the same sockets.`;

/** @param minutes that the run took */
export function summary(reports: readonly EpisodeReport[], minutes: number): string {
  const faults = reports.flatMap((report) => report.faults);
  const names = [...new Set(faults.map(({ name }) => name))].sort();
  const sum = (figure: (report: EpisodeReport) => number) =>
    reports.reduce((total, report) => total + figure(report), 0).toLocaleString('en');
  const longest = (name: string) =>
    Math.max(...faults.filter((fault) => fault.name === name).map((fault) => fault.projectedAfterSeconds));
  return [
    `${Math.round(minutes)} minutes, episodes: ${reports.length}, faults: ${faults.length}, events: ${sum(({ events }) => events)}, requests acknowledged: ${sum(({ acknowledged }) => acknowledged)},`,
    `messages that the topic had again: ${sum(({ repeated }) => repeated)}, reconnects of sockets: ${sum(({ reconnects }) => reconnects)}.`,
    '',
    PROVED,
    '',
    '| fault | times | read models had all again after its end, at most |',
    '|---|---|---|',
    ...names.map(
      (name) => `| ${name} | ${faults.filter((fault) => fault.name === name).length} | ${longest(name)} s |`,
    ),
  ].join('\n');
}
