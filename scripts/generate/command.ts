import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContractProblems, readContract } from '../contract/contract.ts';
import { sectionDescriptions } from '../contract/form.ts';
import { lintContract } from '../contract/lint.ts';
import { generatedFiles } from './files.ts';
import { differencesOf, writeFiles } from './write.ts';

const FILE = 'asyncapi.yaml';

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
    const files = await generatedFiles(contract, sources());
    const written = writeFiles(join(root, 'generated'), files);
    const line = `generated/ holds ${files.size} files of ${FILE} ${contract.version}; ${written.length} changed`;
    return { exit_code: 0, lines: [line] };
  });
}

/** Generate in memory and name each file under `<root>/generated` that differs. */
export async function checkGenerated(root: string): Promise<Outcome> {
  return orProblems(async () => {
    const contract = readContract(readFileSync(join(root, FILE), 'utf8'), FILE);
    const differences = differencesOf(join(root, 'generated'), await generatedFiles(contract, sources()));
    if (differences.length === 0) return { exit_code: 0, lines: [`generated/ holds what ${FILE} gives`] };
    const lines = differences.map(
      ({ path, kind }) =>
        `generated/${path}: ${kind} compared with what ${FILE} gives; run npm run generate and commit the result`,
    );
    return { exit_code: 1, lines };
  });
}

function sources() {
  const problems = readFileSync(new URL('problems.ts', import.meta.url), 'utf8');
  return { problems, sections: sectionDescriptions() };
}

async function orProblems(act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ContractProblems)) throw error;
    return { exit_code: 1, lines: [...error.message.split('\n'), 'Nothing was written.'] };
  }
}
