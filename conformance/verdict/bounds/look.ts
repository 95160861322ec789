import type { Case } from '../running/cases.ts';

/** How long a short look takes. */
export interface Look {
  /** Aborts when the time is over, at least one case has ended, and none that draws is under way. */
  readonly over: AbortSignal;
  /** The target is ready, and the time begins. */
  start(): void;
  begun(one: Pick<Case, 'check' | 'name'>): void;
  ended(one: Pick<Case, 'check' | 'name'>): void;
  /** Forgets the time. */
  end(): void;
}

/**
 * Create the end of a short look: after its time no case is begun or waited for. One must have ended, so that there is something to
 * tell; and one that draws keeps its own time, in which it may be about to tell what it found.
 *
 * @param look_ms undefined for a run that is none: it never ends by this.
 */
export function beginLook(look_ms: number | undefined): Look {
  const controller = new AbortController();
  const drawing = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let is_late = false;
  let ended = 0;
  const decide = (): void => {
    if (is_late && ended > 0 && drawing.size === 0) controller.abort();
  };
  return {
    over: controller.signal,
    start() {
      if (look_ms === undefined) return;
      timer = setTimeout(() => {
        is_late = true;
        decide();
      }, look_ms);
    },
    begun({ check, name }) {
      if (check.draws === true && !is_late) drawing.add(name);
    },
    ended({ name }) {
      drawing.delete(name);
      ended += 1;
      decide();
    },
    end: () => clearTimeout(timer),
  };
}
