import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ContractProblems, readContract } from '../contract/contract.ts';
import { sectionDescriptions } from '../contract/form.ts';
import { lintContract } from '../contract/lint.ts';
import { generatedFiles } from './files.ts';
import { differencesOf, writeFiles } from './write.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');
const FILE = 'asyncapi.yaml';

/**
 * Generate `<root>/generated` from `<root>/asyncapi.yaml`, or with `check` say how it differs.
 * Nothing is written before every file is known.
 */
async function main(root: string, check: boolean): Promise<number> {
  const contract = readContract(readFileSync(join(root, FILE), 'utf8'), FILE);
  if (!check) {
    const problems = await lintContract(contract);
    if (problems.length > 0) throw new ContractProblems(FILE, problems);
  }
  const problems = readFileSync(join(HERE, 'problems.ts'), 'utf8');
  const files = await generatedFiles(contract, { problems, sections: sectionDescriptions() });
  const folder = join(root, 'generated');
  return check ? report(folder, files) : write(folder, files, `${FILE} ${contract.version}`);
}

function report(folder: string, files: ReadonlyMap<string, string>): number {
  const differences = differencesOf(folder, files);
  for (const { path, kind } of differences) {
    console.error(
      `generated/${path}: ${kind} compared with what ${FILE} gives; run npm run generate and commit the result`,
    );
  }
  if (differences.length === 0) console.log(`generated/ holds what ${FILE} gives`);
  return differences.length === 0 ? 0 : 1;
}

function write(folder: string, files: ReadonlyMap<string, string>, source: string): number {
  const written = writeFiles(folder, files);
  console.log(`generated/ holds ${files.size} files of ${source}; ${written.length} changed`);
  return 0;
}

try {
  const [root = ROOT] = process.argv.slice(2).filter((argument) => argument !== '--check');
  process.exitCode = await main(root, process.argv.includes('--check'));
} catch (error) {
  if (!(error instanceof ContractProblems)) throw error;
  console.error(`${error.message}\nNothing was written.`);
  process.exitCode = 1;
}
