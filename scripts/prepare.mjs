// Makes a clone ready to run: installs, then builds, whatever is missing or stale. It runs before
// `npm start`, `npm test` and `npm run bench`, on a machine that may have nothing but Node and npm, so it
// and its modules import node: builtins only.
//
// The modules are imported after the version check, because an old Node could not even parse them.

const OLDEST_NODE = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  console.error(
    `Node ${process.versions.node} is too old: Agent Task Tracker needs Node ${OLDEST_NODE.join('.')} or newer (https://nodejs.org).`,
  );
  process.exit(1);
}

const { prepare } = await import('./prepare/prepare.mjs');
const { StepFailed } = await import('./prepare/run.mjs');

try {
  await prepare();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  console.error(error.message);
  process.exit(1);
}
