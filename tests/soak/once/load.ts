import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

/** Works without a pause, looks now and then whether its input has ended, and goes with whoever held it. */
const SPIN = `
process.stdin.on('end', () => process.exit()).resume();
(function spin() {
  const until_ms = Date.now() + 50;
  while (Date.now() < until_ms);
  setImmediate(spin);
})();
`;

/** Keeps every core busy until it is stopped; its children end with this process too. */
export function startLoad(): { stop(): Promise<void> } {
  const children = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', SPIN], { stdio: ['pipe', 'ignore', 'ignore'] }),
  );
  return {
    async stop() {
      await Promise.all(children.map(end));
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
