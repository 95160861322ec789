import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readContract } from '../contract/contract.ts';
import { ContractProblems } from '../contract/problem.ts';
import { generatedFiles } from './files.ts';
import { differencesOf, writeFiles } from './write.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');

async function main(check: boolean): Promise<number> {
  const contract = readContract(readFileSync(join(ROOT, 'asyncapi.yaml'), 'utf8'), 'asyncapi.yaml');
  const problems = readFileSync(join(HERE, 'problems.ts'), 'utf8');
  const files = await generatedFiles(contract, { problems, sections: {} });
  const folder = join(ROOT, 'generated');
  if (check) {
    const differences = differencesOf(folder, files);
    for (const { path, kind } of differences)
      console.error(`generated/${path}: ${kind}; run npm run generate`);
    return differences.length === 0 ? 0 : 1;
  }
  const written = writeFiles(folder, files);
  console.log(
    `generated/ holds ${files.size} files of ${contract.file} ${contract.version}; ${written.length} changed`,
  );
  return 0;
}

try {
  process.exitCode = await main(process.argv.includes('--check'));
} catch (error) {
  if (!(error instanceof ContractProblems)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
