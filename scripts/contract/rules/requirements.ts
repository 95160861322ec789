import type { Contract, ContractProblem } from '../contract.ts';
import { at, membersOf } from '../json.ts';
import type { AnchorsOf } from '../records/anchors.ts';
import { compareVersions, type FrozenVersion } from '../records/frozen.ts';

const PAGE = /^(docs\/[\w./-]+\.md)#([\w-]+)$/;
const SECTION = /^Contract: (x-[a-z-]+)$/;

/**
 * Check that requirement ids are well formed, that areas and profiles are listed, that every id that the contract mentions is a requirement, and that what a
 * released version asked is still asked in the same words.
 */
export function requirementProblems(
  contract: Contract,
  frozen: readonly FrozenVersion[],
): readonly ContractProblem[] {
  const ids = membersOf(contract.document['x-requirements']).map(([id]) => id);
  const areas = membersOf(contract.document['x-areas']).map(([area]) => area);
  const form = new RegExp(`^(${areas.join('|')})-\\d{3}$`);
  return [
    ...ids
      .filter((id) => !form.test(id))
      .map((id) => ({
        line: contract.lineOf(['x-requirements', id]),
        what: `expected a requirement id such as FANIN-001 with an area of ${areas.join(', ')}, got ${id}`,
        todo: 'rename it, or add the area under x-areas',
      })),
    ...mentionProblems(contract, areas, new Set(ids)),
    ...ids.flatMap((id) => profileProblems(contract, id)),
    ...doubledSentences(contract, ids),
    ...ids.flatMap((id) => sinceProblems(contract, id, frozen)),
    ...frozen.flatMap((version) => thawedProblems(contract, version)),
  ];
}

function profileProblems(contract: Contract, id: string): readonly ContractProblem[] {
  const profiles = membersOf(contract.document['x-profiles']).map(([profile]) => profile);
  const profile = String(at(contract.document, 'x-requirements', id, 'profile'));
  if (profiles.includes(profile)) return [];
  const what = `expected the profile of ${id} to be listed under x-profiles, got ${profile}`;
  const line = contract.lineOf(['x-requirements', id, 'profile']);
  return [{ line, what, todo: `write one of ${profiles.join(', ')}, or add it there` }];
}

function mentionProblems(
  contract: Contract,
  areas: readonly string[],
  known: ReadonlySet<string>,
): readonly ContractProblem[] {
  const mention = new RegExp(`\\b(${areas.join('|')})-\\d+\\b`, 'g');
  return contract.text.split('\n').flatMap((text, index) =>
    [...text.matchAll(mention)].flatMap(([id]) => {
      if (known.has(id)) return [];
      const what = `expected a requirement of x-requirements, got ${id}`;
      return [{ line: index + 1, what, todo: 'add the requirement or correct the id' }];
    }),
  );
}

function doubledSentences(contract: Contract, ids: readonly string[]): readonly ContractProblem[] {
  const first = new Map<string, string>();
  return ids.flatMap((id) => {
    const sentence = String(at(contract.document, 'x-requirements', id, 'sentence'));
    const other = first.get(sentence);
    first.set(sentence, other ?? id);
    if (other === undefined) return [];
    const what = `expected ${id} to ask something of its own, got the sentence of ${other}`;
    return [
      { line: contract.lineOf(['x-requirements', id, 'sentence']), what, todo: 'remove one of the two' },
    ];
  });
}

/** A requirement is no younger than the contract, and none slips into a version after its release. */
function sinceProblems(
  contract: Contract,
  id: string,
  frozen: readonly FrozenVersion[],
): readonly ContractProblem[] {
  const since = String(at(contract.document, 'x-requirements', id, 'since'));
  const line = contract.lineOf(['x-requirements', id, 'since']);
  if (compareVersions(since, contract.version) > 0) {
    const what = `expected ${id} to be asked since ${contract.version} or earlier, got since ${since}`;
    return [{ line, what, todo: 'correct it, or raise info.version' }];
  }
  const closed = frozen.find(
    ({ version, requirements }) => compareVersions(since, version) <= 0 && !(id in requirements),
  );
  if (closed === undefined) return [];
  const what = `expected ${id} to be asked since a version later than ${closed.version}, which is released without it, got since ${since}`;
  return [{ line, what, todo: `write since: ${contract.version}` }];
}

function thawedProblems(contract: Contract, frozen: FrozenVersion): readonly ContractProblem[] {
  const record = `conformance/requirements/frozen/${frozen.version}.json`;
  return membersOf(frozen.requirements).flatMap(([id, asked]) => {
    const now = at(contract.document, 'x-requirements', id);
    if (now === undefined) {
      const what = `expected ${id}, which contract ${frozen.version} asks, found none`;
      return [{ line: contract.lineOf(['x-requirements']), what, todo: `restore it from ${record}` }];
    }
    const changed = [
      ...membersOf(asked).filter(([field, value]) => at(now, field) !== value),
      ...(compareVersions(String(at(now, 'since')), frozen.version) > 0
        ? [['since', `${frozen.version} or earlier`] as const]
        : []),
    ];
    return changed.map(([field, value]) => ({
      line: contract.lineOf(['x-requirements', id, field]),
      what: `expected the ${field} of ${id} as contract ${frozen.version} asks it, "${value}", got "${at(now, field)}"`,
      todo: `restore it from ${record}, and ask the other thing in a requirement of its own`,
    }));
  });
}

/** Check that the source of every requirement can be read: a section of a page under docs/, or a section of the contract. */
export function sourceProblems(contract: Contract, anchorsOf: AnchorsOf): readonly ContractProblem[] {
  return membersOf(contract.document['x-requirements']).flatMap(([id, requirement]) => {
    const source = String(at(requirement, 'source'));
    const problem = sourceProblem(contract, source, anchorsOf);
    if (problem === undefined) return [];
    const line = contract.lineOf(['x-requirements', id, 'source']);
    return [{ line, what: `expected the source of ${id} to ${problem.what}`, todo: problem.todo }];
  });
}

function sourceProblem(
  contract: Contract,
  source: string,
  anchorsOf: AnchorsOf,
): Pick<ContractProblem, 'what' | 'todo'> | undefined {
  const section = SECTION.exec(source)?.[1];
  if (section !== undefined) {
    if (contract.document[section] !== undefined) return undefined;
    return { what: `name a section of this contract, got ${section}`, todo: 'correct the name' };
  }
  const [, page, anchor] = PAGE.exec(source) ?? [];
  if (page === undefined || anchor === undefined) {
    const what = `be docs/PAGE.md#ANCHOR or "Contract: x-SECTION", got ${source}`;
    return { what, todo: 'cite the section that explains the promise, such as docs/promises.md#the-fan-in' };
  }
  const anchors = anchorsOf(page);
  if (anchors === undefined) {
    return {
      what: `cite a page of this repository, got ${page}`,
      todo: 'write the page or correct its name',
    };
  }
  if (anchors.includes(anchor)) return undefined;
  return {
    what: `cite a heading of ${page}, got #${anchor}`,
    todo: `write that section or cite one of ${anchors.map((one) => `#${one}`).join(', ')}`,
  };
}
