import { findingText } from '../../../../scripts/contract/diff/inclusion/finding.ts';
import type { Search } from '../../../../scripts/contract/diff/model/change.ts';
import type { Trial } from './trial.ts';

/** What one process tells another of an edit that it tried. */
export interface Outcome {
  readonly number: number;
  readonly kind: string;
  /** How many messages were shown to validators. */
  readonly tried: number;
  /** What the rule said in each place and direction. */
  readonly expected: readonly Search['expected'][];
  /** A text for each place and direction in which rule and search disagree, with the call that shows it again. */
  readonly disagreed: readonly string[];
}

/** Say what came of an edit. */
export function outcomeOf(trial: Trial, number: number, seed: number): Outcome {
  return {
    number,
    kind: trial.kind,
    tried: trial.searches.reduce((sum, search) => sum + search.tried, 0),
    expected: trial.searches.map((search) => search.expected),
    disagreed: trial.disagreements.map((search) => disagreementText(trial, search, number, seed)),
  };
}

function disagreementText(trial: Trial, search: Search, number: number, seed: number): string {
  return [
    `DISAGREE ${trial.kind}, ${trial.where}; ${search.subject}, ${search.direction}`,
    `  rule ${search.expected}: ${trial.findings.map(findingText).slice(0, 3).join('; ')}`,
    `  search ${search.found === null ? `nothing in ${search.tried}` : JSON.stringify(search.found)}`,
    `  again: npm run test:changes -- --seed ${seed} --from ${number} --edits ${number + 1}`,
  ].join('\n');
}
