/** Table of what a run of chaos did, in Markdown. */
import type { EpisodeReport } from './episode.js';

export function summary(reports: readonly EpisodeReport[]): string {
  const faults = reports.flatMap((report) => report.faults);
  const names = [...new Set(faults.map(({ name }) => name))].sort();
  const sum = (figure: (report: EpisodeReport) => number) =>
    reports.reduce((total, report) => total + figure(report), 0).toLocaleString('en');
  const longest = (name: string) =>
    Math.max(...faults.filter((fault) => fault.name === name).map((fault) => fault.projectedAfterSeconds));
  return [
    `${reports.length} episodes: ${sum(({ events }) => events)} events, ${sum(({ acknowledged }) => acknowledged)} requests acknowledged,`,
    `${sum(({ repeated }) => repeated)} messages that the topic had again, ${sum(({ reconnects }) => reconnects)} reconnects of sockets.`,
    '',
    '| fault | times | read models had all again after its end, at most |',
    '|---|---|---|',
    ...names.map(
      (name) => `| ${name} | ${faults.filter((fault) => fault.name === name).length} | ${longest(name)} s |`,
    ),
  ].join('\n');
}
