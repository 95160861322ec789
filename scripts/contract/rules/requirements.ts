import type { Contract, ContractProblem } from '../contract.ts';
import { at, membersOf } from '../json.ts';

const AREAS = ['MSG', 'ACK', 'IDEM', 'FANIN', 'CASC', 'COORD', 'BACK', 'CORR', 'TOPO', 'STATE', 'LIVE'];
const ID = new RegExp(`^(${AREAS.join('|')})-\\d{3}$`);
const MENTION = new RegExp(`\\b(${AREAS.join('|')})-\\d+\\b`, 'g');

/** Check that requirement ids are well formed, and that every id that the contract mentions is a requirement. */
export function requirementProblems(contract: Contract): readonly ContractProblem[] {
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
