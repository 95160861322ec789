import type { ComponentName } from '../../contract/names.ts';
import type { Target, TogetherDescription } from '../description.ts';
import { fillKnown } from '../placeholders.ts';
import { type Launched, launch } from '../processes/launch.ts';
import { becomeReady, patienceOf } from '../processes/ready.ts';
import { addressIn } from './address.ts';
import { environmentOf, startValues } from './environment.ts';
import { createOutput } from './output.ts';
import type { CloudAddress, RunningComponent } from './running.ts';

/** What surrounds a program that serves several components. */
export interface AroundProgram {
  /** Told each line that it prints. */
  readonly onLine: (line: string) => void;
  /** Told when it ends although the judge did not end it. */
  readonly onEnd: (how: string) => void;
  /** Ends a start that is under way. */
  readonly interrupted: AbortSignal;
}

/**
 * Starts the program of a target that serves several components, and waits until each has said where it listens.
 *
 * @throws {TargetUnavailableError} with the program's last words.
 */
export async function startTogether(
  target: Target,
  together: TogetherDescription,
  names: readonly ComponentName[],
  cloud: CloudAddress,
  { onLine, onEnd, interrupted }: AroundProgram,
): Promise<ReadonlyMap<ComponentName, RunningComponent>> {
  interrupted.throwIfAborted();
  const told = { ...startValues(cloud, 0), components: names.join(',') };
  const command = together.command.map((word) => fillKnown(word, told));
  const environment = environmentOf(target, together, cloud, 0);
  const { lines, keep } = createOutput(onLine);
  const launched = launch({ command, directory: target.directory, environment }, keep);
  const urls = await becomeReady(
    {
      name: names.join(', '),
      command,
      expected: `a line that matches ${JSON.stringify(together.ready.stdout)} for each`,
      launched,
      lines,
      ...patienceOf(together.ready),
    },
    () => allSaid(together.ready.stdout, names, launched),
    interrupted,
  );
  void launched.ended.then((how) => {
    if (!launched.wasEnded()) onEnd(how);
  });
  const running = (name: ComponentName): RunningComponent => ({
    url: () => urls.get(name) ?? '',
    output: () => lines,
    owned: true,
    kill: () => refuse(name),
    restart: () => refuse(name),
    stop: () => launched.end('SIGTERM'),
  });
  return new Map(names.map((name) => [name, running(name)]));
}

function refuse(name: string): Promise<never> {
  return Promise.reject(
    new Error(
      `${name} shares its process with others and cannot be ended alone; start it by its own command`,
    ),
  );
}

/** Waits until each component has said where it listens. */
function allSaid(
  pattern: string,
  names: readonly ComponentName[],
  { hear }: Launched,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new RegExp(pattern);
  const urls = new Map<string, string>();
  return new Promise((resolve, reject) => {
    const stop = hear((line) => {
      const match = wanted.exec(line);
      const component = match?.groups?.['component'];
      if (match === null || component === undefined) return;
      try {
        urls.set(component, addressIn(component, match));
      } catch (error) {
        reject(error);
      }
      if (!names.every((name) => urls.has(name))) return;
      stop();
      resolve(urls);
    });
  });
}
