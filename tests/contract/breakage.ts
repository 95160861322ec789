import { describe, expect, test } from 'vitest';
import type { Document } from 'yaml';
import type { Contract, ContractProblem } from '../../scripts/contract/contract.ts';
import { editedContract, lineText } from './edited-contract.ts';

/** One way to break the contract, what the lint says of it, and a text of the line that it points to. */
export interface Breakage {
  readonly name: string;
  readonly edit: (document: Document) => void;
  readonly says: string;
  readonly at: string;
}

/** Expect a rule to find every breakage, to point to its line and to say what to do. */
export function expectFound(
  area: string,
  rule: (contract: Contract) => readonly ContractProblem[],
  breakages: readonly Breakage[],
): void {
  describe(`the lint of ${area}`, () => {
    test.each(breakages.map((one) => [one.name, one] as const))(
      'points to the line of %s',
      (_name, breakage) => {
        const contract = editedContract(breakage.edit);
        const problems = rule(contract);
        const problem = problems.find(({ what }) => what.includes(breakage.says));
        expect(problem?.what ?? problems).toContain(breakage.says);
        expect(lineText(contract, problem?.line ?? 0)).toContain(breakage.at);
        expect(problem?.todo).toMatch(/\w/);
      },
    );
  });
}
