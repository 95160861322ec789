import type { Requirement } from '../../requirements/catalogue.ts';
import { areaName, byArea } from '../areas.ts';
import { causeSections } from '../html/causes.ts';
import { escapeMarkup } from '../html/escape.ts';
import { failureSections } from '../html/failures.ts';
import { overview } from '../html/overview.ts';
import type { RunResult } from '../result/result.ts';

/** What is known of a requirement while cases end. */
export type ProgressName = 'waiting' | 'trying' | 'kept' | 'broken' | 'not_asked';

/** What the top of the page says. */
export interface WatchHead {
  /** How many runs there were, this one among them; counts up from 1. */
  readonly run: number;
  readonly stage: 'starting' | 'running' | 'ended' | 'not started';
  /** What is run, in words. */
  readonly what: string;
  /** What happened last, in a sentence. */
  readonly sentence: string;
  readonly done: number;
  readonly planned: number;
  /** What is being tried now. */
  readonly trying: readonly string[];
  readonly seconds: number;
}

const SIGNS: Readonly<Record<ProgressName, readonly [string, string]>> = {
  waiting: ['·', 'waiting'],
  trying: ['…', 'being tried'],
  kept: ['✓', 'kept'],
  broken: ['✗', 'broken'],
  not_asked: ['–', 'not asked'],
};

/** Draw every requirement with how far it is, by area. */
export function requirementChips(
  requirements: readonly Requirement[],
  progress: ReadonlyMap<string, ProgressName>,
): string {
  return [...byArea(requirements, ({ id }) => id)]
    .map(([area, entries]) => {
      const chips = entries.map(({ id, sentence }) => {
        const state = progress.get(id) ?? 'not_asked';
        const [sign, words] = SIGNS[state];
        return `<li class="${state}" title="${escapeMarkup(sentence)}"><span aria-hidden="true">${sign}</span> <code>${id}</code><span class="hidden"> ${words}</span></li>`;
      });
      return `<div class="area"><h3>${escapeMarkup(areaName(area))}</h3><ul class="chips">${chips.join('')}</ul></div>`;
    })
    .join('\n');
}

/** Draw what is broken; while a run goes on, what is broken so far. */
export function findings(result: RunResult | null): string {
  if (result === null) return '';
  return [...causeSections([result]), ...failureSections([result])].join('\n');
}

/** Draw the verdict of a run that has ended. */
export function verdict(result: RunResult | null): string {
  return result === null ? '' : overview(result);
}
