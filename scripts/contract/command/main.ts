import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { checkGenerated, generate, textIn } from '../../generate/command.ts';
import {
  type Contract,
  type ContractProblem,
  ContractProblems,
  formatProblem,
  readContract,
} from '../contract.ts';
import { addDiff, type Said } from '../diff/command.ts';
import { compareContracts } from '../diff/compare.ts';
import { versionProblem } from '../diff/release/version.ts';
import { contractFrom, SourceError } from '../diff/sources.ts';
import { lintContract } from '../lint.ts';
import { addPage } from '../page/command.ts';
import { entryProblems, placeEntry } from '../records/entries.ts';
import { addTo, KINDS } from './add.ts';
import type { Kind, Values } from './addition.ts';

const FILE = 'asyncapi.yaml';
/** The contract of this repository, or the one that comes with the installed package. */
const OWN = fileURLToPath(new URL('../../../', import.meta.url));
/** An installed package is no place to write into, so there the working directory's contract is meant, if it has one. */
const ROOT =
  OWN.includes('node_modules') && existsSync(join(process.cwd(), FILE)) ? `${process.cwd()}/` : OWN;
/** Whether somebody would write into the installed package, where the next install takes it back. */
const NOT_OWN = OWN.includes('node_modules') && ROOT === OWN;
const COPY_FIRST = `expected ${FILE} in the working directory, found none; the one of the installed package is not written to. Begin with a copy: cp '${join(OWN, FILE)}' .`;
const GENERATE = OWN.includes('node_modules') ? 'npx contract generate' : 'npm run generate';
const EXIT_CODES =
  '\nExit codes: 0 done; 1 the contract breaks a rule, or generated/ is stale; 2 usage. Nothing is written but with 0.';

/**
 * Run `contract` with its arguments.
 *
 * @param root  the folder that holds asyncapi.yaml and generated/.
 * @returns     the exit code.
 */
export async function main(args: readonly string[], root = ROOT): Promise<number> {
  let exit_code = 0;
  const program = new Command('contract')
    .description('Judges asyncapi.yaml and its changes, generates from it, and adds to it.')
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  program
    .command('lint')
    .description('say what is wrong with the contract, by line')
    .option(
      '--against <contract>',
      'a file or git revision; refuse a version that is too small for what changed',
    )
    .action(async ({ against }: { readonly against?: string }) => {
      exit_code = await lint(root, against);
    });
  program
    .command('generate')
    .description('bring generated/ up to date')
    .option('--check', 'write nothing, and name each file that is stale')
    .action(async ({ check }: { readonly check?: boolean }) => {
      if (check !== true && isInstalledOnly(root)) {
        exit_code = say(2, [COPY_FIRST]);
        return;
      }
      const outcome = await (check === true ? checkGenerated(root) : generate(root));
      exit_code = say(outcome.exit_code, outcome.lines);
    });
  const tell = (said: Said): void => {
    exit_code = said.exit_code;
    (said.exit_code === 2 ? console.error : console.log)(said.text);
  };
  addDiff(program, root, tell);
  addPage(program, root, tell);
  const add = program.command('add').description('add to the contract, with every block in its place');
  for (const kind of KINDS) {
    commandOf(add, kind).action(async (values: Values) => {
      exit_code = await addKind(root, kind, values);
    });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit_code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof SourceError) return say(2, [error.message]);
    if (error instanceof ContractProblems) return say(1, error.message.split('\n'));
    throw error;
  }
}

function isInstalledOnly(root: string): boolean {
  return NOT_OWN && root === OWN;
}

function commandOf(add: Command, kind: Kind): Command {
  const command = add.command(kind.name).description(kind.says).exitOverride();
  for (const { form, says, many } of kind.flags) {
    if (many !== true) command.option(form, says);
    else command.option(form, `${says}; may be repeated`, collect, []);
  }
  return command.addHelpText('after', `\nExample:\n  npx ${kind.example}`);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function lint(root: string, against: string | undefined): Promise<number> {
  const contract = read(root);
  const wrong = await lintContract(contract);
  const found = wrong.length > 0 ? wrong : entryProblems(contract, (file) => textIn(root, file));
  // Two contracts are compared only when both can be judged.
  const problems =
    against === undefined || found.length > 0
      ? found
      : versionProblems(contractFrom(root, against), contract);
  if (problems.length === 0) return say(0, [`${FILE} ${contract.version} keeps every rule`]);
  return say(
    1,
    problems.map((problem) => formatProblem(FILE, problem)),
  );
}

/** Refuse a version that is too small for what changed since another contract. */
function versionProblems(old: Contract, fresh: Contract): readonly ContractProblem[] {
  const what = versionProblem(compareContracts(old, fresh, { samples: 1, seed: 1 }));
  if (what === undefined) return [];
  return [
    {
      line: fresh.lineOf(['info', 'version']),
      what,
      todo: 'raise it; `npx contract diff` lists what changed',
    },
  ];
}

async function addKind(root: string, kind: Kind, values: Values): Promise<number> {
  if (isInstalledOnly(root)) return say(2, [COPY_FIRST]);
  const { exit_code, text, entries, lines } = await addTo(read(root), kind, values, GENERATE);
  if (text === null) return say(exit_code, [...lines, `Nothing was written to ${FILE}.`]);
  writeFileSync(join(root, FILE), text);
  const written = entries.map((entry) => {
    const placed = placeEntry(textIn(root, entry.file) ?? '', entry);
    if (placed === undefined) return `  -. add to ${entry.file}:\n${entry.text}`;
    writeFileSync(join(root, entry.file), placed);
    return `Written to ${entry.file}, whose words are yours to correct:\n${entry.text}`;
  });
  return say(exit_code, [...lines, ...written]);
}

function read(root: string) {
  return readContract(readFileSync(join(root, FILE), 'utf8'), FILE);
}

function say(exit_code: number, lines: readonly string[]): number {
  for (const line of lines) (exit_code === 0 ? console.log : console.error)(line);
  return exit_code;
}
