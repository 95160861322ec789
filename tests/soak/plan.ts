/** One implementation that conforms, as a soak run knows it. */
export interface Soaked {
  readonly name: string;
  /** Its target file. */
  readonly file: string;
  /** Requirements of level SHOULD that it does not keep, on purpose. */
  readonly told: readonly string[];
  /** A run of it takes several times as long as one of the others. */
  readonly slow?: boolean;
}

/** One run of the judge that is to be made. */
export interface PlannedRun {
  readonly target: Soaked;
  readonly kind: 'quick' | 'whole';
  readonly load: boolean;
}

/** How often the others come in a round, in which a slow one comes once. */
const TURNS = 3;

/** Of how many rounds one is made of whole runs; the others are quick. */
export const WHOLE_EVERY = 8;

/** How the runs of a soak are made. */
export interface Soaking {
  /** Whether any run is to be under load. */
  readonly with_load: boolean;
  /** Of how many rounds one is made of whole runs; 1 for whole runs only. */
  readonly whole_every: number;
}

/**
 * Plan the run that comes after `done` others: each target in its turn, every second round under load, and now and then a
 * round of whole runs, once without load and once under it.
 */
export function planRun(
  done: number,
  targets: readonly Soaked[],
  { with_load, whole_every }: Soaking,
): PlannedRun {
  const turns = Array.from({ length: TURNS }, (_, turn) =>
    targets.filter(({ slow }) => slow !== true || turn === 0),
  ).flat();
  const target = turns[done % turns.length];
  if (target === undefined) throw new Error('expected at least one target');
  const round = Math.floor(done / turns.length);
  const is_whole = round % whole_every === whole_every - 1;
  // Whole rounds are all odd, so that they take turns among themselves.
  const turn = is_whole ? Math.floor(round / whole_every) : round;
  return { target, kind: is_whole ? 'whole' : 'quick', load: with_load && turn % 2 === 1 };
}
