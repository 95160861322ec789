import { BlockPlaceError, pasteable, placeBlocks } from '../blocks/block.ts';
import { type Contract, formatProblem, readContract } from '../contract.ts';
import { lintContract } from '../lint.ts';
import type { Entry } from '../records/entries.ts';
import { AdditionError, type Kind, type Values } from './addition.ts';
import { ALERT } from './alert.ts';
import { PROCESSOR } from './processor.ts';
import { REQUIREMENT } from './requirement.ts';
import { TOPIC } from './topic.ts';

/** Everything that can be added. */
export const KINDS: readonly Kind[] = [TOPIC, PROCESSOR, REQUIREMENT, ALERT];

/** How an addition ended: the new text, or what is wrong. */
export interface Added {
  readonly exit_code: 0 | 1 | 2;
  /** The contract with the blocks; null when it is not to be written. */
  readonly text: string | null;
  /** What then belongs into other files. */
  readonly entries: readonly Entry[];
  readonly lines: readonly string[];
}

/** Add to a contract. The text is new only when it keeps every rule of the lint. @param generate the command that follows it */
export async function addTo(
  contract: Contract,
  kind: Kind,
  values: Values,
  generate = 'npm run generate',
): Promise<Added> {
  const missing = kind.flags.filter(({ form, required, many }) => {
    const value = values[nameOf(form)];
    return required === true && (value === undefined || (many === true && value.length === 0));
  });
  if (missing.length > 0) {
    const lines = missing.map(({ form, says }) => `expected ${form}: ${says}`);
    return { exit_code: 2, text: null, entries: [], lines: [...lines, `such as: ${kind.example}`] };
  }
  try {
    const { blocks, entries, by_hand } = kind.decide(contract, values);
    const text = placeBlocks(contract.text, blocks);
    const problems = await lintContract(readContract(text, contract.file));
    const shown = pasteable(blocks).split('\n');
    if (problems.length > 0) {
      const lines = problems.map((problem) => formatProblem(contract.file, problem));
      return {
        exit_code: 1,
        text: null,
        entries: [],
        lines: [...shown, '', 'With these blocks the lint says:', ...lines],
      };
    }
    const rest = by_hand.map((sentence, index) => `  ${index + 1}. ${sentence}`);
    return {
      exit_code: 0,
      text,
      entries,
      lines: [...shown, '', 'Left to do by hand:', `  0. ${generate}`, ...rest],
    };
  } catch (error) {
    if (!(error instanceof AdditionError) && !(error instanceof BlockPlaceError)) throw error;
    return { exit_code: 2, text: null, entries: [], lines: [error.message] };
  }
}

/** Give the name of a flag as commander stores it. */
function nameOf(form: string): string {
  const [, name = form] = /^--([\w-]+)/.exec(form) ?? [];
  return name.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
}
