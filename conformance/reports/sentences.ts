import type { ReportedAnomaly } from '../verdict/anomalies.ts';
import { roundOf } from './command.ts';
import type { RunResult } from './result/result.ts';

/** What a verdict in one sentence needs to know of a run. */
export type VerdictFacts = Pick<RunResult, 'extent' | 'interrupted' | 'cut_short' | 'conforms'> & {
  readonly target: string;
  /** What it says that it does not offer. Default nothing. */
  readonly without?: readonly string[] | undefined;
  /** Which versions of the contract it claims, in words. Default that of today. */
  readonly claims?: string | undefined;
  readonly totals: Pick<RunResult['totals'], 'passed' | 'failed' | 'requirements_of_contract'>;
};

/** Say in one sentence what a run shows; only a whole run lets an implementation conform. */
export function verdictSentence({
  target: name,
  extent,
  interrupted,
  cut_short = 'interrupted',
  conforms,
  totals,
  without = [],
  claims,
}: VerdictFacts): string {
  const target = claims === undefined ? name : `${name} (contract ${claims})`;
  const end = interrupted ? `; the run was ${cut_short}` : '';
  const judged = totals.passed + totals.failed;
  const part = `${judged} of ${totals.requirements_of_contract} requirements`;
  if (extent === 'recorded') {
    if (judged === 0) return `${target} shows nothing that could be judged.`;
    return conforms ? `${target} shows no broken promise.` : `${target} shows that a promise was broken.`;
  }
  if (judged === 0) return `${target}: nothing was judged${end}.`;
  if (!conforms) return `${target} does not conform${end}.`;
  if (interrupted) return `${target}: ${cut_short}; no broken promise found so far, among ${part}.`;
  const lacking = without.length === 0 ? '' : `, without ${listed(without)}`;
  if (extent === 'quick') return `${target}: no broken promise found among ${part}${lacking}.`;
  return extent === 'selected'
    ? `${target} conforms in what was selected, ${part}${lacking}.`
    : `${target} conforms${lacking}.`;
}

/** The facts of a result file. */
export function factsOf(result: RunResult): VerdictFacts {
  const { name, without, claims } = result.target;
  return { ...result, target: name, without, claims };
}

/** List words as a sentence does: with commas, and "and" before the last. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** Say how small the case is that a report shows, and how it became so. */
export function smallestCase({ case: name, repeats, history, run }: ReportedAnomaly): string {
  const deliveries = history.filter(({ kind }) => kind === 'delivery' || kind === 'request').length;
  const size = `${deliveries} ${deliveries === 1 ? 'delivery' : 'deliveries'} and requests`;
  if (run !== undefined)
    return `one ${run.days === undefined ? 'schedule' : 'history'}, ${run.schedule}, shrunk until nothing could be left out; ${size}`;
  const round = roundOf(name);
  const which = round === null ? 'the only case of its check' : `round ${round}`;
  const others = repeats === 0 ? '' : `, the smallest of ${repeats + 1} that show it`;
  return `${which}${others}; ${size}`;
}
