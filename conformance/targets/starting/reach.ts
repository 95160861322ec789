import type { ComponentDescription } from '../description.ts';
import { type RunningComponent, TargetUnavailableError } from './running.ts';

/** What surrounds a component that the judge did not start. */
export interface AroundComponent {
  /** Ends it as a crash would and starts it again; undefined when the target offers no hook for it. */
  readonly restart?: (() => Promise<void>) | undefined;
  /** Told in a sentence when the judge has to wait for somebody. */
  readonly tell?: ((sentence: string) => void) | undefined;
  /** Told each line that a component prints. */
  readonly onLine?: ((line: string) => void) | undefined;
}

const POLL_MS = 100;
const ANSWER_MS = 5_000;

/**
 * Waits for a component that runs on its own: for 2xx of its health URL, or for any answer of its base URL.
 *
 * @throws {TargetUnavailableError} when nothing answers within the component's `wait_seconds`.
 */
export async function reachComponent(
  name: string,
  component: ComponentDescription,
  around: AroundComponent,
  interrupted: AbortSignal,
): Promise<RunningComponent> {
  const url = component.url ?? '';
  await untilAnswering(name, component, around, interrupted);
  const nothing = (): Promise<void> => Promise.resolve();
  const { restart } = around;
  return {
    url: () => url,
    output: () => [],
    owned: false,
    kill: restart ?? nothing,
    restart: () => untilAnswering(name, component, around, interrupted),
    stop: nothing,
  };
}

async function untilAnswering(
  name: string,
  component: ComponentDescription,
  { tell = () => {} }: AroundComponent,
  interrupted: AbortSignal,
): Promise<void> {
  const health = 'health' in component.ready ? component.ready.health : null;
  const asked = `${component.url}${health ?? '/'}`;
  const deadline_ms = Date.now() + component.wait_seconds * 1000;
  let said = false;
  for (;;) {
    interrupted.throwIfAborted();
    const heard = await ask(asked, health !== null);
    if (heard === undefined) return;
    if (Date.now() > deadline_ms) {
      throw new TargetUnavailableError(
        `${name}: expected ${health === null ? 'an answer' : '2xx'} at ${asked} within ${component.wait_seconds} s, got ${heard}; start it first, with the environment that --print-environment shows`,
      );
    }
    if (!said) tell(`waiting up to ${component.wait_seconds} s for ${name} at ${asked} (${heard} so far)`);
    said = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Undefined when it is there, else what came instead. */
async function ask(url: string, must_be_ok: boolean): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await response.body?.cancel();
    return response.ok || !must_be_ok ? undefined : `status ${response.status}`;
  } catch {
    return 'no answer';
  }
}
