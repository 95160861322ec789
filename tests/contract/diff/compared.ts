import type { Document } from 'yaml';
import { type Comparison, compareContracts } from '../../../scripts/contract/diff/compare.ts';
import { editedContract, realContract } from '../edited-contract.ts';

/** Compare the contract of this repository with an edited copy of it. */
export function compared(edit: (document: Document) => void, samples = 80): Comparison {
  return compareContracts(realContract(), editedContract(edit), { samples, seed: 1 });
}

/** Compare an edited copy of the contract with the contract of this repository: the same edit backwards. */
export function comparedBack(edit: (document: Document) => void, samples = 80): Comparison {
  return compareContracts(editedContract(edit), realContract(), { samples, seed: 1 });
}
