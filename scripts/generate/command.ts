import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillExamples } from '../contract/blocks/examples.ts';
import { type Contract, type ContractProblem, ContractProblems, readContract } from '../contract/contract.ts';
import { sectionDescriptions } from '../contract/form.ts';
import { membersOf } from '../contract/json.ts';
import { lintContract } from '../contract/lint.ts';
import { releasedContracts } from '../contract/records/released.ts';
import { ChecksError, loadChecks } from './checks.ts';
import type { NamedCheck } from './code/requirements.ts';
import { generatedFiles, requirementChecksFile } from './files.ts';
import { differencesOf, writeFiles } from './write.ts';

const FILE = 'asyncapi.yaml';
const CHECKS = 'conformance/checks/all.ts';

/** Say how a command ended: its exit code and the lines that it prints. */
export interface Outcome {
  readonly exit_code: 0 | 1;
  readonly lines: readonly string[];
}

/** Generate `<root>/generated` from `<root>/asyncapi.yaml`; nothing is written before every file is known. */
export async function generate(root: string): Promise<Outcome> {
  return orProblems(async () => {
    const contract = readContract(readFileSync(join(root, FILE), 'utf8'), FILE);
    const problems = await lintContract(contract);
    if (problems.length > 0) throw new ContractProblems(FILE, problems);
    const folder = join(root, 'generated');
    const files = await generatedFiles(contract, sources());
    const [path, unknown] = requirementChecksFile(contract, []);
    const first = writeFiles(folder, new Map([...files, [path, textIn(folder, path) ?? unknown]]));
    // Only now: the checks read what was just written.
    const whole = new Map([...files, requirementChecksFile(contract, await loadChecks())]);
    const changed = new Set([...first, ...writeFiles(folder, whole)].map((one) => one.path));
    const line = `generated/ holds ${whole.size} files of ${FILE} ${contract.version}; ${changed.size} changed`;
    return { exit_code: 0, lines: [line] };
  });
}

/** Write into the examples of `<root>/asyncapi.yaml` what they lack, then generate. */
export async function fixExamples(root: string): Promise<Outcome> {
  const place = join(root, FILE);
  const { text, added } = fillExamples(readFileSync(place, 'utf8'), FILE);
  if (added.length > 0) writeFileSync(place, text);
  const { exit_code, lines } = await generate(root);
  return { exit_code, lines: [...added.map((line) => `written: ${line}`), ...lines] };
}

/** Generate in memory and name each file under `<root>/generated` that differs. */
export async function checkGenerated(root: string): Promise<Outcome> {
  return orProblems(async () => {
    const contract = readContract(readFileSync(join(root, FILE), 'utf8'), FILE);
    const files = await generatedFiles(contract, sources());
    const checks = await loadChecks();
    const whole = new Map([...files, requirementChecksFile(contract, checks)]);
    const differences = differencesOf(join(root, 'generated'), whole);
    const unchecked = existsSync(join(root, CHECKS)) ? uncheckedProblems(contract, checks) : [];
    if (differences.length === 0 && unchecked.length > 0) throw new ContractProblems(FILE, unchecked);
    if (differences.length === 0) return { exit_code: 0, lines: [`generated/ holds what ${FILE} gives`] };
    const lines = differences.map(
      ({ path, kind }) =>
        `generated/${path}: ${kind} compared with what ${FILE} gives; run npm run generate and commit the result`,
    );
    return { exit_code: 1, lines };
  });
}

/** Name every requirement that no check of the judge tests. */
function uncheckedProblems(contract: Contract, checks: readonly NamedCheck[]): readonly ContractProblem[] {
  const named = new Set(checks.flatMap(({ requirements }) => requirements));
  const ids = membersOf(contract.document['x-requirements']).map(([id]) => id);
  return ids
    .filter((id) => !named.has(id))
    .map((id) => ({
      line: contract.lineOf(['x-requirements', id]),
      what: `expected a check that names ${id}, found none`,
      todo: `add the id to a check that tests it, or write one and list it in ${CHECKS} (docs/checks.md)`,
      paste: `  requirements: ['${id}'],`,
    }));
}

/** Read a file of a folder; undefined when it is not there. */
export function textIn(folder: string, path: string): string | undefined {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function sources() {
  const problems = readFileSync(new URL('problems.ts', import.meta.url), 'utf8');
  return { problems, sections: sectionDescriptions(), released: releasedContracts() };
}

async function orProblems(act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ChecksError) return { exit_code: 1, lines: [error.message] };
    if (!(error instanceof ContractProblems)) throw error;
    return { exit_code: 1, lines: [...error.message.split('\n'), 'Nothing was written.'] };
  }
}
