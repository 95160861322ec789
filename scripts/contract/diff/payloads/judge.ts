import type { JsonObject } from '../../json.ts';
import type { Finding } from '../inclusion/finding.ts';
import { type Change, type Party, type Search, uniqueParties } from '../model/change.ts';
import { type Edit, withEdits } from '../model/edits.ts';
import type { Effort } from '../proof/search.ts';
import {
  findingsOf,
  freshUse,
  MEETINGS,
  type Side,
  searchOf,
  sideOf,
  touchedPairs,
  type UsePair,
} from './compare.ts';
import { type Group, groupsOf, unreadKeyword } from './groups.ts';
import { type Meeting, verdictOf } from './verdict.ts';
import { describeGroup } from './words.ts';

/** What comparing two whole contracts gives by rule, by place and meeting. */
type Whole = (pair: UsePair, meeting: Search['direction']) => readonly Finding[];

/**
 * Judge every change of a payload: each by itself, made in the old contract alone. What only several of them break together, or
 * what they make up for, is seen by comparing the whole contracts.
 */
export function payloadChanges(
  old: JsonObject,
  fresh: JsonObject,
  edits: readonly Edit[],
  effort: Effort,
): readonly Change[] {
  const groups = groupsOf(edits);
  if (groups.length === 0) return [];
  const before = sideOf(old);
  const after = sideOf(fresh);
  const whole = wholeOf(before, after);
  const added = groups
    .filter((group) => group.is_whole_schema)
    .flatMap((group) => group.edits.filter((edit) => edit.kind === 'added'));
  const told = new Set<string>();
  const changes = groups.map((group) => {
    if (group.is_words) return wordsChange(group);
    if (group.is_whole_schema) return schemaChange(group, before, after);
    const unread = unreadKeyword(group);
    if (unread !== undefined) return unreadChange(group, unread, before);
    const patched = sideOf(withEdits(old, [...added, ...group.edits]));
    const meetings = meetingsOf(before, patched, group, whole, effort);
    for (const { pair, search, findings } of meetings) {
      if (isRefused(findings, search)) told.add(`${search.direction} ${pair.old.key}`);
    }
    return changeOf(group, meetings);
  });
  return [...changes, ...together(before, after, whole, groups, told, effort)];
}

function wholeOf(before: Side, after: Side): Whole {
  const known = new Map<string, readonly Finding[]>();
  return (pair, meeting) => {
    const fresh = freshUse(pair.old, before, after);
    if (fresh === undefined) return [];
    const key = `${meeting} ${pair.old.key}`;
    const found = known.get(key) ?? findingsOf(before, after, { old: pair.old, fresh }, meeting);
    known.set(key, found);
    return found;
  };
}

function schemasTouched(edits: readonly Edit[]): ReadonlySet<string> {
  return new Set(
    edits.flatMap(({ path }) => (path[1] === 'schemas' && path[2] !== undefined ? [path[2]] : [])),
  );
}

function meetingsOf(
  before: Side,
  patched: Side,
  group: Group,
  whole: Whole,
  effort: Effort,
): readonly Meeting[] {
  return touchedPairs(before, patched, schemasTouched(group.edits)).flatMap((pair) =>
    MEETINGS.map((meeting) => {
      const findings = findingsOf(before, patched, pair, meeting);
      const search = searchOf(before, patched, pair, meeting, findings, effort);
      return { pair, search, findings, stands: findings.length === 0 || whole(pair, meeting).length > 0 };
    }),
  );
}

function isRefused(findings: readonly Finding[], search: Search): boolean {
  return findings.length > 0 || search.found !== null;
}

function wordsChange(group: Group): Change {
  return {
    ...placed(group),
    affected: [],
    verdict: 'documentation',
    reason: 'Only words for people changed; no program reads them.',
    how: null,
    known: true,
    searches: [],
  };
}

/** What no validator reads, a program may go by all the same. */
function unreadChange(group: Group, keyword: string, before: Side): Change {
  const meetings = touchedPairs(before, before, schemasTouched(group.edits));
  return {
    ...placed(group),
    affected: partiesOf(meetings.map((pair) => ({ pair }))),
    verdict: 'breaking',
    reason: `Needs a look: no validator reads ${keyword}, and programs may.`,
    how: 'Look who goes by it. If nobody does, allow the change by a line in the changelog.',
    known: false,
    searches: [],
  };
}

/** A schema that comes or goes changes nothing by itself: what refers to it is a change of its own. */
function schemaChange(group: Group, before: Side, after: Side): Change {
  const name = group.path[2] ?? '';
  const is_used = [...before.uses.values(), ...after.uses.values()].some((use) => use.schema === name);
  return {
    ...placed(group),
    affected: [],
    verdict: 'compatible',
    reason: is_used
      ? 'What uses the schema is judged where it refers to it.'
      : 'No message, call or document is made of it by itself; what refers to it is judged there.',
    how: null,
    known: true,
    searches: [],
  };
}

function placed(group: Group): Pick<Change, 'place' | 'path' | 'what'> {
  return { place: group.path.join('.'), path: group.path, what: describeGroup(group) };
}

function changeOf(group: Group, meetings: readonly Meeting[]): Change {
  const searches = meetings.map((meeting) => meeting.search);
  const [first, second] = MEETINGS.map((direction) =>
    meetings.filter(
      ({ search, findings, stands }) =>
        search.direction === direction && stands && isRefused(findings, search),
    ),
  );
  const standing = [...(first ?? []), ...(second ?? [])];
  const affected = partiesOf(standing.length > 0 ? standing : meetings);
  if (meetings.length === 0) {
    return {
      ...placed(group),
      affected,
      searches,
      verdict: 'compatible',
      reason: 'No message, call or document has this schema.',
      how: null,
      known: true,
    };
  }
  return { ...placed(group), affected, searches, ...verdictOf(first ?? [], second ?? [], meetings) };
}

function partiesOf(meetings: readonly Pick<Meeting, 'pair'>[]): readonly Party[] {
  return uniqueParties(
    meetings.flatMap(({ pair }) => [
      ...pair.old.writers,
      ...pair.fresh.writers,
      ...pair.old.readers,
      ...pair.fresh.readers,
    ]),
  );
}

/** What no change breaks by itself and all of them do. */
function together(
  before: Side,
  after: Side,
  whole: Whole,
  groups: readonly Group[],
  told: ReadonlySet<string>,
  effort: Effort,
): readonly Change[] {
  const touched = schemasTouched(groups.flatMap((group) => group.edits));
  const meetings = touchedPairs(before, after, touched).flatMap((pair) =>
    MEETINGS.flatMap((meeting): readonly Meeting[] => {
      const findings = whole(pair, meeting);
      if (findings.length === 0 || told.has(`${meeting} ${pair.old.key}`)) return [];
      return [
        { pair, findings, stands: true, search: searchOf(before, after, pair, meeting, findings, effort) },
      ];
    }),
  );
  if (meetings.length === 0) return [];
  const group: Group = {
    path: ['components', 'schemas'],
    edits: [],
    is_words: false,
    is_whole_schema: false,
  };
  return [{ ...changeOf(group, meetings), what: 'several changes of schemas together' }];
}
