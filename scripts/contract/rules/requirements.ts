import type { Contract, ContractProblem } from '../contract.ts';
import { compareVersions, type FrozenVersion } from '../frozen.ts';
import { at, membersOf } from '../json.ts';

const AREAS = ['MSG', 'ACK', 'IDEM', 'FANIN', 'CASC', 'COORD', 'BACK', 'CORR', 'TOPO', 'STATE', 'LIVE'];
const ID = new RegExp(`^(${AREAS.join('|')})-\\d{3}$`);
const MENTION = new RegExp(`\\b(${AREAS.join('|')})-\\d+\\b`, 'g');

/**
 * Check that requirement ids are well formed, that every id that the contract mentions is a requirement, and that what a
 * released version asked is still asked in the same words.
 */
export function requirementProblems(
  contract: Contract,
  frozen: readonly FrozenVersion[],
): readonly ContractProblem[] {
  const ids = membersOf(contract.document['x-requirements']).map(([id]) => id);
  return [
    ...ids
      .filter((id) => !ID.test(id))
      .map((id) => ({
        line: contract.lineOf(['x-requirements', id]),
        what: `expected a requirement id such as FANIN-001 with an area of ${AREAS.join(', ')}, got ${id}`,
        todo: 'rename it; a new area is added in scripts/contract/rules/requirements.ts',
      })),
    ...mentionProblems(contract, new Set(ids)),
    ...doubledSentences(contract, ids),
    ...ids.flatMap((id) => sinceProblems(contract, id, frozen)),
    ...frozen.flatMap((version) => thawedProblems(contract, version)),
  ];
}

function mentionProblems(contract: Contract, known: ReadonlySet<string>): readonly ContractProblem[] {
  return contract.text.split('\n').flatMap((text, index) =>
    [...text.matchAll(MENTION)].flatMap(([id]) => {
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
