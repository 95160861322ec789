import { readFileSync } from 'node:fs';
import { ContractProblems, formatProblem, readContract } from './contract.ts';
import { lintContract } from './lint.ts';

const FILE = 'asyncapi.yaml';

async function main(): Promise<number> {
  const contract = readContract(readFileSync(new URL(`../../${FILE}`, import.meta.url), 'utf8'), FILE);
  const problems = await lintContract(contract);
  for (const problem of problems) console.error(formatProblem(FILE, problem));
  if (problems.length === 0) console.log(`${FILE} ${contract.version} keeps every rule`);
  return problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ContractProblems)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
