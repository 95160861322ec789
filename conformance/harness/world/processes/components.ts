import { setMaxListeners } from 'node:events';
import { instanceName } from '../../../contract/instances.ts';
import type { ComponentName } from '../../../contract/names.ts';
import type { Target } from '../../../targets/description.ts';
import type { AroundComponent } from '../../../targets/starting/reach.ts';
import type { CloudAddress, RunningComponent } from '../../../targets/starting/running.ts';
import { startComponent } from '../../../targets/starting/start.ts';
import { startTogether } from '../../../targets/starting/together.ts';

/** Which components a world has. */
export interface Cast {
  readonly names: readonly ComponentName[];
  /** Those of which a second instance runs. */
  readonly replicas: readonly ComponentName[];
  /** Whether the program that serves several, where the target has one, serves them. */
  readonly are_together: boolean;
}

/** How the process that serves several components is called. */
export const TOGETHER = 'together';

/** What surrounds the components of a world. */
export interface ComponentSurroundings {
  /** Where the process of an instance finds the cloud. */
  readonly addressOf: (process: string) => Promise<CloudAddress>;
  /** @param process the instance's name, or TOGETHER. */
  readonly around: (process: string, served: readonly ComponentName[]) => AroundComponent;
  /** Told when a process ends that the judge did not end. */
  readonly onEnd: (name: string, how: string) => void;
}

/**
 * Starts the components side by side.
 *
 * @param onStop gets what ends them, also those that are not ready yet.
 * @returns each instance by its name.
 * @throws {TargetUnavailableError} when one does not start.
 */
export async function startComponents(
  target: Target,
  cast: Cast,
  surroundings: ComponentSurroundings,
  onStop: (stop: () => Promise<void>) => void,
): Promise<ReadonlyMap<string, RunningComponent>> {
  const components = new Map<string, RunningComponent>();
  const interruption = new AbortController();
  const { signal } = interruption;
  // Each start that is under way listens to it; Node takes more than ten for a leak.
  setMaxListeners(0, signal);
  const together = namesTogether(target, cast);
  const alone = [
    ...cast.names.filter((name) => !together.includes(name)).map((name) => ({ name, replica: 1 })),
    ...cast.replicas.map((name) => ({ name, replica: 2 })),
  ];
  const starts = [
    ...alone.map((one) => startAlone(target, one, surroundings, signal, components)),
    startProgram(target, together, surroundings, signal, components),
  ];
  onStop(async () => {
    interruption.abort();
    await Promise.allSettled(starts);
    await Promise.all([...components.values()].map((component) => component.stop()));
  });
  const outcomes = await Promise.allSettled(starts);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return components;
}

/** Those that one program serves. One alone gains nothing from it, and one with two instances has two processes. */
function namesTogether(
  { together, components }: Target,
  { names, replicas, are_together }: Cast,
): readonly ComponentName[] {
  if (!are_together || together === null) return [];
  const served = names.filter(
    (name) =>
      together.components.includes(name) && !replicas.includes(name) && components[name]?.command !== null,
  );
  return served.length > 1 ? served : [];
}

async function startAlone(
  target: Target,
  { name, replica }: { readonly name: ComponentName; readonly replica: number },
  { addressOf, around, onEnd }: ComponentSurroundings,
  interrupted: AbortSignal,
  components: Map<string, RunningComponent>,
): Promise<void> {
  const description = target.components[name];
  if (description === undefined) return;
  const instance = instanceName(name, replica);
  const address = await addressOf(instance);
  const told = (how: string): void => onEnd(instance, how);
  components.set(
    instance,
    await startComponent(target, instance, description, address, told, interrupted, around(instance, [name])),
  );
}

async function startProgram(
  target: Target,
  names: readonly ComponentName[],
  { addressOf, around, onEnd }: ComponentSurroundings,
  interrupted: AbortSignal,
  components: Map<string, RunningComponent>,
): Promise<void> {
  const { together } = target;
  if (together === null || names.length === 0) return;
  const { onLine } = around(TOGETHER, names);
  const started = await startTogether(target, together, names, await addressOf(TOGETHER), {
    onLine: (line) => onLine?.(line),
    onEnd: (how) => {
      for (const name of names) onEnd(name, how);
    },
    interrupted,
  });
  for (const [name, component] of started) components.set(name, component);
}
