import { nextId, requirementBlock } from '../blocks/promises.ts';
import type { Contract } from '../contract.ts';
import { membersOf } from '../json.ts';
import { statementEntry } from '../records/entries.ts';
import { frozenVersions } from '../records/frozen.ts';
import {
  type Addition,
  AdditionError,
  givenValue,
  type Kind,
  requiredValue,
  requireListed,
  type Values,
} from './addition.ts';

/** A promise, with the next free number of its area. */
export const REQUIREMENT: Kind = {
  name: 'requirement',
  says: 'a promise, under the next free number of its area',
  example:
    'contract add requirement --area FANIN --profile fan-in --sentence "A trigger names its date." --source docs/promises.md#the-fan-in',
  flags: [
    { form: '--area <area>', says: 'letters of its id; see x-areas', required: true },
    { form: '--profile <profile>', says: 'who is asked; see x-profiles', required: true },
    { form: '--sentence <sentence>', says: 'what an outsider could test', required: true },
    {
      form: '--source <source>',
      says: 'docs/PAGE.md#ANCHOR that says why, or "Contract: x-SECTION"',
      required: true,
    },
    { form: '--level <level>', says: 'MUST, SHOULD or MAY; MUST if it is left out' },
    {
      form: '--section <section>',
      says: 'of scripts/traceability/statements.yaml; the last if it is left out',
    },
  ],
  decide: decideRequirement,
};

function decideRequirement({ document, version }: Contract, values: Values): Addition {
  const listed = (section: string): readonly string[] => membersOf(document[section]).map(([name]) => name);
  const area = requireListed('area', requiredValue(values, 'area'), listed('x-areas'));
  const profile = requireListed('profile', requiredValue(values, 'profile'), listed('x-profiles'));
  const level = requireListed('level', givenValue(values, 'level') ?? 'MUST', ['MUST', 'SHOULD', 'MAY']);
  if (frozenVersions().some((frozen) => frozen.version === version)) {
    throw new AdditionError(
      `expected a contract version that is not released, got ${version}; raise info.version`,
    );
  }
  const [sentence, source] = [requiredValue(values, 'sentence'), requiredValue(values, 'source')];
  const id = nextId(document, area);
  return {
    blocks: [requirementBlock(document, { area, level, profile, since: version, sentence, source })],
    entries: [statementEntry(id, sentence, givenValue(values, 'section'))],
    by_hand: [
      `write a check that names ${id} under conformance/checks/, and list it in all.ts (docs/checks.md)`,
      `write a mutant that it catches, under tests/mutants/faults/`,
    ],
  };
}
