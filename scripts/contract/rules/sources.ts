import type { Contract, ContractProblem } from '../contract.ts';
import { at, membersOf } from '../json.ts';
import type { AnchorsOf } from '../records/anchors.ts';

const PAGE = /^(docs\/[\w./-]+\.md)#([\w-]+)$/;
const SECTION = /^Contract: (x-[a-z-]+)$/;

/** Check that the source of every requirement can be read: a section of a page under docs/, or a section of the contract. */
export function sourceProblems(contract: Contract, anchorsOf: AnchorsOf): readonly ContractProblem[] {
  return membersOf(contract.document['x-requirements']).flatMap(([id, requirement]) => {
    const source = String(at(requirement, 'source'));
    const problem = problemOf(contract, source, anchorsOf);
    if (problem === undefined) return [];
    const line = contract.lineOf(['x-requirements', id, 'source']);
    return [{ line, what: `expected the source of ${id} to ${problem.what}`, todo: problem.todo }];
  });
}

function problemOf(
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
