import { createServer } from 'node:net';
import type { ComponentDescription, Target } from '../description.ts';
import { fillKnown } from '../placeholders.ts';
import { type Launched, launch } from '../processes/launch.ts';
import { answers, becomeReady, patienceOf, said } from '../processes/ready.ts';
import { addressIn } from './address.ts';
import { environmentOf, startValues } from './environment.ts';
import { createOutput, type Output } from './output.ts';
import { type AroundComponent, reachComponent } from './reach.ts';
import type { CloudAddress, RunningComponent } from './running.ts';

/**
 * Starts a component, or reaches the one that runs, and waits until it is ready.
 *
 * @param onEnd told when a process ends that the judge did not end.
 * @param interrupted ends a start that is under way; what was launched is killed.
 * @throws {TargetUnavailableError} with the component's last words.
 */
export async function startComponent(
  target: Target,
  name: string,
  component: ComponentDescription,
  cloud: CloudAddress,
  onEnd: (how: string) => void,
  interrupted: AbortSignal = new AbortController().signal,
  around: AroundComponent = {},
): Promise<RunningComponent> {
  if (component.command === null) return reachComponent(name, component, around, interrupted);
  const command = component.command;
  const output = createOutput(around.onLine);
  const start = () => open(target, name, { ...component, command }, cloud, output, onEnd, interrupted);
  let running = await start();
  return {
    url: () => running.url,
    output: () => output.lines,
    owned: true,
    kill: () => running.launched.end('SIGKILL'),
    async restart() {
      running = await start();
    },
    stop: () => running.launched.end('SIGTERM'),
  };
}

interface Opened {
  readonly url: string;
  readonly launched: Launched;
}

async function open(
  target: Target,
  name: string,
  component: ComponentDescription & { readonly command: readonly string[] },
  cloud: CloudAddress,
  { lines, keep }: Output,
  onEnd: (how: string) => void,
  interrupted: AbortSignal,
): Promise<Opened> {
  interrupted.throwIfAborted();
  const { ready } = component;
  const tells_url = 'stdout' in ready && ready.stdout.includes('(?<url>');
  const port = tells_url ? 0 : await freePort();
  const environment = environmentOf(target, component, cloud, port);
  const told = startValues(cloud, port);
  const command = component.command.map((word) => fillKnown(word, told));
  const launched = launch({ command, directory: target.directory, environment }, keep);
  const own = `http://127.0.0.1:${port}`;
  const url = await becomeReady(
    { name, command, expected: JSON.stringify(ready), launched, lines, ...patienceOf(ready) },
    async (over, tell) => {
      if ('health' in ready) await answers(own + ready.health, over, tell);
      const line = 'stdout' in ready ? await said(ready.stdout, launched) : null;
      return line !== null && tells_url ? addressIn(name, line) : own;
    },
    interrupted,
  );
  void launched.ended.then((how) => {
    if (!launched.wasEnded()) onEnd(how);
  });
  return { url, launched };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
