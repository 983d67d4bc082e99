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

const { adviceFor } = await import('./prepare/advice.mjs');

try {
  await prepare();
} catch (error) {
  const sentence = error instanceof StepFailed ? error.message : adviceFor(error.code ?? '');
  if (sentence === undefined) throw error;
  console.error(sentence);
  process.exit(1);
}
