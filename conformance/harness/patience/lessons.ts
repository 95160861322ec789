import type { Pace } from './pace.ts';

/** A case that is given up although the target has broken no promise in it: nothing of it is judged. */
export class CaseCutError extends Error {}

/** How often the same thing is waited for in vain, each time for a whole patience, before it is not waited for any more. */
export const VAIN_MAX = 3;
/** How long it is waited for then. */
export const IMPATIENCE_MS = 1_500;

/** Where something was waited for: a case and the event that began it. */
export interface Waited {
  readonly case: string;
  readonly sequence: number;
}

/** What a run has learned of its target by waiting. */
export interface Lessons {
  /** How many cases or histories may run at the same time. */
  readonly pace: Pace;
  /** Notes that something did not come within a whole patience. */
  vain(key: string, waited: Waited): void;
  /** Notes that it came after all: then it may come again, and is waited for. */
  came(key: string): void;
  /** The waits in vain, as soon as they are enough and nothing ever came; undefined before. */
  lesson(key: string): readonly Waited[] | undefined;
  /** Asks nothing more of a component; `because` is a sentence, and the cases in `except` go on all the same. */
  giveUp(component: string, because: string, except?: readonly string[]): void;
  /** Why a case that needs these components is not worth its time; undefined when it is. */
  hopeless(components: readonly string[], name: string): string | undefined;
}

/** Where the number that runs at the same time does not follow the target. */
const STEADY: Pace = { took: () => {}, width: (usual) => usual };

/** Create what has learned nothing yet. */
export function createLessons(pace: Pace = STEADY): Lessons {
  const waits = new Map<string, Waited[]>();
  const known = new Set<string>();
  const given_up = new Map<string, { readonly because: string; readonly except: ReadonlySet<string> }>();
  return {
    pace,
    vain(key, waited) {
      waits.set(key, [...(waits.get(key) ?? []), waited]);
    },
    came: (key) => void known.add(key),
    lesson(key) {
      const found = waits.get(key) ?? [];
      return known.has(key) || found.length < VAIN_MAX ? undefined : found;
    },
    giveUp(component, because, except = []) {
      if (!given_up.has(component)) given_up.set(component, { because, except: new Set(except) });
    },
    hopeless(components, name) {
      const found = components.map((component) => given_up.get(component)).find((one) => one !== undefined);
      return found === undefined || found.except.has(name) ? undefined : found.because;
    },
  };
}

/** Cite the events that began waits in vain. */
export function citeWaits(waits: readonly Waited[]): string {
  return waits
    .slice(0, VAIN_MAX)
    .map(({ sequence, case: name }) => `#${sequence} in ${name}`)
    .join(', ');
}
