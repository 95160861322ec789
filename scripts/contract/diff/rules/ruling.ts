import { at, entriesOf, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { topicsOf } from '../../topics.ts';
import { type Party, uniqueParties, type Verdict } from '../model/change.ts';
import type { Edit } from '../model/edits.ts';

/** What a rule says about an edit. */
export interface Ruling {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly how: string | null;
}

/** The two contracts that an edit lies between. */
export interface Contracts {
  readonly old: JsonObject;
  readonly fresh: JsonObject;
}

/** A rule about a place of the contract; `*` in its pattern is any one step, `**` at the end any number of them. */
export interface Rule {
  readonly at: string;
  readonly judge: (edit: Edit, contracts: Contracts) => Ruling;
  readonly affected: (edit: Edit, contracts: Contracts) => readonly Party[];
}

/** What a rule answers: the same to every edit of its place, or what it finds there. */
type Answer = Ruling | Rule['judge'];

/**
 * Write the rules of the places that affect the same parties.
 *
 * @param answers  by pattern; `x-state.*.{path,owner}` stands for both places.
 */
export function rulesAbout(
  affected: Rule['affected'],
  answers: Readonly<Record<string, Answer>>,
): readonly Rule[] {
  return Object.entries(answers).flatMap(([pattern, answer]) =>
    patternsOf(pattern).map((at) => ({ at, judge: judgeOf(answer), affected })),
  );
}

function patternsOf(pattern: string): readonly string[] {
  const [all, choices] = /\{([^}]*)\}/.exec(pattern) ?? [];
  if (all === undefined || choices === undefined) return [pattern];
  return choices.split(',').flatMap((choice) => patternsOf(pattern.replace(all, choice)));
}

function judgeOf(answer: Answer): Rule['judge'] {
  return typeof answer === 'function' ? answer : () => answer;
}

/** Nobody but people. */
export const NOBODY = (): readonly Party[] => [];

/** Whoever looks after the pipeline. */
export const OPERATORS = (): readonly Party[] => [{ component: 'operators', role: 'operator' }];

/** Say that only words for people changed. */
export function words(reason = 'Only words for people changed; no program reads them.'): Ruling {
  return { verdict: 'documentation', reason, how: null };
}

/** Say that old and new go together. */
export function fits(reason: string, how: string | null = null): Ruling {
  return { verdict: 'compatible', reason, how };
}

/** Say that it goes well in one order. */
export function ordered(reason: string, how: string): Ruling {
  return { verdict: 'needs an order', reason, how };
}

/** Say that something that runs today fails. */
export function breaks(reason: string, how: string): Ruling {
  return { verdict: 'breaking', reason, how };
}

/** Judge a sentence that promises behaviour: no tool can tell whether another wording means the same. */
export function sentence(what: string): Rule['judge'] {
  return () =>
    breaks(
      `The sentence says ${what}, and no tool can tell whether the new one means the same.`,
      'If only the wording is another, allow it by a line in the changelog; if the behaviour is, change it under a name of its own.',
    );
}

/** Judge by what happened to the place: added, removed, or anything else. */
export function byKind(rulings: {
  readonly added: Ruling;
  readonly removed: Ruling;
  readonly changed?: Ruling;
}): Rule['judge'] {
  return ({ kind }) =>
    kind === 'added'
      ? rulings.added
      : kind === 'removed'
        ? rulings.removed
        : (rulings.changed ?? rulings.removed);
}

/** Judge a number by its direction. What is no number on both sides counts as lowered. */
export function byDirection(raised: Answer, lowered: Answer): Rule['judge'] {
  return (edit, contracts) => {
    const is_raised =
      typeof edit.before === 'number' && typeof edit.after === 'number' && edit.after > edit.before;
    return judgeOf(is_raised ? raised : lowered)(edit, contracts);
  };
}

/** Name senders and receivers of a topic, as either contract lists them. */
export function topicParties(topic: string, contracts: Contracts): readonly Party[] {
  return uniqueParties(
    [contracts.old, contracts.fresh].flatMap((document) => {
      const facts = topicsOf(document)[topic];
      return [
        ...stringsOf(at(facts, 'senders')).map((component): Party => ({ component, role: 'sender' })),
        ...stringsOf(at(facts, 'receivers')).map((component): Party => ({ component, role: 'receiver' })),
      ];
    }),
  );
}

/** Name the component that a place belongs to, as what runs. */
export function runs(component: Json | undefined): readonly Party[] {
  return typeof component === 'string' ? [{ component, role: 'runs' }] : [];
}

/** Give what a place holds in either contract, the new one first. */
export function either(contracts: Contracts, ...path: readonly string[]): Json | undefined {
  return at(contracts.fresh, ...path) ?? at(contracts.old, ...path);
}

/** Name every component that this contract runs. */
export function everybody(_edit: Edit, contracts: Contracts): readonly Party[] {
  return membersOf(contracts.fresh['x-components'] ?? contracts.old['x-components']).flatMap(
    ([component, one]) => (at(one, 'runs_as') === 'external' ? [] : runs(component)),
  );
}

/** Tell whether a component remembers what it does under a key, and so holds leases. */
export function holdsLeases(document: JsonObject, component: Json | undefined): boolean {
  return entriesOf(document['x-idempotency']).some((entry) => at(entry, 'component') === component);
}
