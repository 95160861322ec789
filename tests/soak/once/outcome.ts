/** What one run of the judge came to. */
export type Outcome = 'silent' | 'false alarm' | 'no verdict' | 'stuck';

/** What stayed behind after a run had ended. */
export interface Leftovers {
  /** Processes that still ran, by their command. */
  readonly processes: readonly string[];
  /** Ports on which they listened. */
  readonly ports: readonly number[];
  /** Files and folders that were left in its own temporary folder. */
  readonly temporary: readonly string[];
}

/** A requirement that a run said to be broken. */
export interface Accusation {
  readonly id: string;
  readonly level: 'MUST' | 'SHOULD';
  readonly why: string;
}

/** One line of the results file. */
export interface SoakResult {
  readonly at: string;
  readonly target: string;
  readonly kind: 'quick' | 'whole';
  readonly load: boolean;
  readonly seed: number;
  /** The commit that was judged with. */
  readonly commit: string;
  readonly outcome: Outcome;
  /** Accusations that a right implementation does not deserve. */
  readonly accusations: readonly Accusation[];
  readonly cases: number;
  readonly duration_seconds: number;
  readonly leftovers: Leftovers;
  /** Its last words, where there was no verdict. */
  readonly words?: string;
}

/** How a run of the judge ended: its exit code, null when it had to be ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly words: string;
}

/** The part of the judge's JSON that is read. */
interface Verdicts {
  readonly totals: { readonly cases: number };
  readonly requirements: readonly {
    readonly id: string;
    readonly level: 'MUST' | 'SHOULD';
    readonly result: string;
    readonly reason: string | null;
    readonly anomalies: readonly { readonly check: string; readonly proof: string }[];
  }[];
}

const JUDGED = [0, 1];

/**
 * Say what a run of a right implementation came to. A broken MUST is a false alarm; a SHOULD is told apart.
 *
 * @param told requirements of level SHOULD that the implementation does not keep, on purpose.
 */
export function outcomeOf(
  { code, out, words }: Ended,
  told: readonly string[],
): Pick<SoakResult, 'outcome' | 'accusations' | 'cases' | 'words'> {
  if (code === null) return { outcome: 'stuck', accusations: [], cases: 0, words };
  if (!JUDGED.includes(code)) return { outcome: 'no verdict', accusations: [], cases: 0, words };
  const { requirements, totals } = JSON.parse(out) as Verdicts;
  const accusations = requirements
    .filter(({ id, result }) => result === 'failed' && !told.includes(id))
    .map(({ id, level, reason, anomalies: [first] }) => ({
      id,
      level,
      why: first === undefined ? (reason ?? '') : `${first.check}: ${first.proof}`,
    }));
  const is_alarm = code === 1 || accusations.some(({ level }) => level === 'MUST');
  return { outcome: is_alarm ? 'false alarm' : 'silent', accusations, cases: totals.cases };
}
