import { marksInHand } from '../../../history/in-hand.ts';
import type { Recorder } from '../../../history/recorder.ts';
import type { RunningComponent } from '../../../targets/starting/running.ts';

/** How often one process comes back in a run, before the judge takes it for dead. */
const RETURNS_MAX = 20;

/** What coming back needs of a world. */
export interface ComeBackPorts {
  readonly recorder: Recorder;
  /** Finds an instance; undefined while it was never ready. */
  readonly find: (name: string) => RunningComponent | undefined;
  /** Told, in a sentence that begins with its name, of an end that no case shows: the process stays away, or had nothing in hand. */
  readonly untold: (sentence: string) => void;
  /** Told when a component is not started any more. */
  readonly giveUp: (component: string, because: string) => void;
}

/** Brings processes back that ended by themselves. */
export interface ComeBack {
  /** Told when a process ends that the judge did not end. */
  readonly onEnd: (name: string, how: string) => void;
  /** Resolves when an instance is there again; undefined while it never went. */
  readonly whenBack: (name: string) => Promise<void> | undefined;
}

/**
 * Create what starts a process again, as the platform would, and gives the event of its end to the cases whose deliveries
 * it had in hand.
 */
export function createComeBack({ recorder, find, untold, giveUp }: ComeBackPorts): ComeBack {
  const returns = new Map<string, number>();
  const returning = new Map<string, Promise<void>>();
  const onEnd: ComeBack['onEnd'] = (name, how) => {
    const component = name.replace(/#\d+$/, '');
    const marks = marksInHand(recorder.all(), recorder.elapsedMs(), component);
    recorder.append({ kind: 'process', component, change: 'ended', marks });
    const count = (returns.get(name) ?? 0) + 1;
    returns.set(name, count);
    const tell = (): void => untold(`${name} ${how}`);
    const instance = find(name);
    const stays_away = instance === undefined || count > RETURNS_MAX;
    const is_shown = marks.length > 0 && !stays_away;
    if (!is_shown) tell();
    if (count > RETURNS_MAX) giveUp(component, `${name} ${how}, for the ${count}th time in this run`);
    if (stays_away) return;
    const back = instance.restart().then(
      () => void recorder.append({ kind: 'process', component, change: 'started', marks }),
      () => {
        if (is_shown) tell();
        giveUp(component, `${name} ${how} and did not start again`);
      },
    );
    returning.set(
      name,
      back.finally(() => returning.delete(name)),
    );
  };
  return { onEnd, whenBack: (name) => returning.get(name) };
}
