import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Command } from 'commander';
import { REQUIREMENT_CHECKS } from '../../../generated/requirement-checks.ts';
import { ContractProblems, readContract } from '../contract.ts';
import type { Said } from '../diff/command.ts';
import { contractFrom } from '../diff/sources.ts';
import { lintContract } from '../lint.ts';
import { contractPage } from './page.ts';

interface PageOptions {
  readonly out?: string;
}

const HELP = `
CONTRACT is a file, a released version such as 1.0.0, or a git revision. The page needs no network and no other file.

Examples:
  npx contract page --out contract.html
  npx contract page 1.0.0 --out contract-1.0.0.html`;

/** Add \`contract page\` to the command line. */
export function addPage(program: Command, root: string, say: (said: Said) => void): void {
  program
    .command('page')
    .description('write the contract as one page for people')
    .argument('[contract]', 'what to show', 'asyncapi.yaml')
    .option('--out <file>', 'write it into a file instead of printing it')
    .addHelpText('after', HELP)
    .exitOverride()
    .action(async (name: string, { out }: PageOptions) => {
      say(await page(root, name, out));
    });
}

async function page(root: string, name: string, out: string | undefined): Promise<Said> {
  const file = isAbsolute(name) ? name : join(root, name);
  // A file may be one that somebody is writing; what was released or committed was sound.
  const contract = existsSync(file)
    ? readContract(readFileSync(file, 'utf8'), name)
    : contractFrom(root, name);
  const problems = existsSync(file) ? await lintContract(contract) : [];
  if (problems.length > 0) throw new ContractProblems(name, problems);
  const text = contractPage(contract, REQUIREMENT_CHECKS);
  if (out === undefined) return { exit_code: 0, text };
  try {
    writeFileSync(out, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      exit_code: 2,
      text: `expected a file that can be written, got --out ${out} (${why}); name another`,
    };
  }
  return { exit_code: 0, text: `${out}: contract ${contract.version}, ${Math.round(text.length / 1024)} KB` };
}
