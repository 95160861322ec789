import { type JsonObject, membersOf } from '../../json.ts';
import type { Change } from '../model/change.ts';
import { type Edit, matchesPattern } from '../model/edits.ts';
import { describeEdit } from '../payloads/words.ts';
import { CALL_RULES } from './calls/calls.ts';
import { DELIVERY_RULES } from './delivery.ts';
import { DOCUMENT_RULES } from './document.ts';
import { MESSAGING_RULES } from './messaging.ts';
import { sameMeaning } from './names.ts';
import { DEPLOYMENT_RULES } from './platform/deployment.ts';
import { STATE_RULES } from './platform/state.ts';
import { WATCHING_RULES } from './platform/watching.ts';
import { PROCESSING_RULES } from './processing.ts';
import type { Rule } from './ruling.ts';

/** Every rule about what is no payload. Of several that fit a place the one with the longest pattern decides. */
const RULES: readonly Rule[] = [
  ...DOCUMENT_RULES,
  ...MESSAGING_RULES,
  ...DELIVERY_RULES,
  ...CALL_RULES,
  ...PROCESSING_RULES,
  ...STATE_RULES,
  ...DEPLOYMENT_RULES,
  ...WATCHING_RULES,
];

/**
 * Judge an edit that is about no payload. A whole section that came or went is judged member by member where rules know its
 * members and not the section.
 */
export function ruledChanges(edit: Edit, old: JsonObject, fresh: JsonObject): readonly Change[] {
  const { path, kind, before, after } = edit;
  const whole = kind === 'added' ? after : kind === 'removed' ? before : undefined;
  const members = membersOf(whole);
  if (ruleFor(path) !== undefined || members.length === 0) return [ruledChange(edit, old, fresh)];
  const parts = members.map(([key, value]): Edit => {
    const side = kind === 'added' ? { before: undefined, after: value } : { before: value, after: undefined };
    return { path: [...path, key], kind, ...side };
  });
  return parts.some((part) => ruleFor(part.path) !== undefined)
    ? parts.map((part) => ruledChange(part, old, fresh))
    : [ruledChange(edit, old, fresh)];
}

/** An edit at a place that no rule knows is breaking: a person must look. */
function ruledChange(edit: Edit, old: JsonObject, fresh: JsonObject): Change {
  const rule = ruleFor(edit.path);
  const what = `${edit.path.slice(0, -1).join('.') || 'the contract'}: ${describeEdit(edit, edit.path.slice(-1))}`;
  const placed = { place: edit.path.join('.'), path: edit.path, what, searches: [] };
  const same = sameMeaning(edit, { old, fresh });
  if (same !== undefined)
    return { ...placed, affected: rule?.affected(edit, { old, fresh }) ?? [], known: true, ...same };
  if (rule === undefined) {
    return {
      ...placed,
      affected: [],
      verdict: 'breaking',
      known: false,
      reason: 'Needs a look: no rule knows this place, so nothing says that old and new go together.',
      how: 'Look who reads it. If nothing depends on it, allow the change by a line in the changelog.',
    };
  }
  const { verdict, reason, how } = rule.judge(edit, { old, fresh });
  return { ...placed, affected: rule.affected(edit, { old, fresh }), verdict, known: true, reason, how };
}

/** Give the rule of a place: the one whose pattern says most. */
function ruleFor(path: readonly string[]): Rule | undefined {
  const fitting = RULES.filter((rule) => matchesPattern(rule.at, path));
  return fitting.sort((one, other) => weight(other.at) - weight(one.at))[0];
}

/** A pattern that names the very place says more than one that is open below it. */
function weight(pattern: string): number {
  return pattern.split('.').reduce((sum, step) => sum + (step === '**' ? -1 : step === '*' ? 10 : 100), 0);
}
