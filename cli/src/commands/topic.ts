/** Commands of `att topic`: the topic that the log is published to. */
import type { Command } from 'commander';

export function addTopicCommands(program: Command): void {
  const topic = program
    .command('topic')
    .description('read the topic that the log is published to (KAFKA_BROKERS)');
  topic
    .command('tail')
    .description(
      'print the events of the topic as NDJSON, as they come: in order within a task, across tasks as the partitions have them',
    )
    .option(
      '--from-beginning',
      'start at the oldest event that the topic keeps; at its end by default',
      false,
    )
    .action(async (options: { fromBeginning: boolean }) => {
      const { tailTopic } = await import('./topic-tail.js');
      await tailTopic(options);
    });
}
