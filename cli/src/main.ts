#!/usr/bin/env node
/** `att`: one image, the command picks what runs. */
import { readEnvFile } from '@att/platform/config';
import { Command } from 'commander';
import { addDeadLetterCommands } from './commands/dead-letters.js';
import { addDemoCommand } from './commands/demo.js';
import { addEventsCommands } from './commands/events.js';
import { addLogCommands } from './commands/log.js';
import { addMigrateCommand } from './commands/migrate.js';
import { addProjectionCommands } from './commands/projections.js';
import { addServiceCommands } from './commands/services.js';
import { addStartCommand } from './commands/start.js';
import { addTopicCommands } from './commands/topic.js';
import { explain } from './explain.js';
import { escapeControls } from './print/controls.js';
import { VERSION } from './version.js';

const program = new Command('att')
  .description('Agent Task Tracker: webhooks in, an immutable event log, live tasks out.')
  .version(VERSION)
  .showHelpAfterError();

addStartCommand(program);
addServiceCommands(program);
addMigrateCommand(program);
addEventsCommands(program);
addLogCommands(program);
addTopicCommands(program);
addProjectionCommands(program);
addDeadLetterCommands(program);
addDemoCommand(program);

// Awaited at the top level: a promise that never settles then ends the process with Node's exit code 13, not with 0.
try {
  readEnvFile();
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`att: ${escapeControls(await explain(error))}\n`);
  process.exit(1);
}
