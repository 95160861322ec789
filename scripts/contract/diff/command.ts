import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { type Contract, ContractProblems, formatProblem } from '../contract.ts';
import { soundnessProblems } from '../rules/schemas.ts';
import { type Comparison, compareContracts } from './compare.ts';
import { comparisonJson } from './output/json.ts';
import { comparisonMarkdown } from './output/markdown.ts';
import { comparisonPage } from './output/page.ts';
import { comparisonText } from './output/text.ts';
import { planBetween } from './plan/steps.ts';
import { planText } from './plan/words.ts';
import { type Effort, SchemaFault } from './proof/search.ts';
import { allowancesIn, notAllowed } from './release/allowed.ts';
import { changelogEntries } from './release/entries.ts';
import { smallestVersion, versionProblem } from './release/version.ts';
import { contractFrom, SourceError } from './sources.ts';

interface DiffOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly html?: string | boolean;
  readonly plan?: boolean;
  readonly entries?: boolean;
  readonly changelog?: string;
  readonly bridge?: string;
  readonly samples: string;
  readonly seed?: string;
}

/** How a command ended, and what it prints. */
export interface Said {
  readonly exit_code: number;
  readonly text: string;
}

const HELP = `
OLD and NEW are files, or git revisions such as HEAD or main:asyncapi.yaml. Without them, what is committed is compared with the file.

Exit codes: 0 nothing breaks; 1 a change is breaking, with --changelog one that no line allows, or the version is too small; 2 usage, or a contract that cannot be read;
4 a rule and the search among messages disagree, which is a fault of this tool. With --plan: 0 a rollout was found, 1 none was.

Examples:
  npx contract diff
  npx contract diff main:asyncapi.yaml
  npx contract diff v1.yaml v2.yaml --markdown >> "$GITHUB_STEP_SUMMARY"`;

/** Add \`contract diff\` to the command line. */
export function addDiff(program: Command, root: string, say: (said: Said) => void): void {
  program
    .command('diff')
    .description('say what a change of the contract does to the programs that are live')
    .argument('[old]', 'the contract of today', 'HEAD')
    .argument('[new]', 'the contract of tomorrow', 'asyncapi.yaml')
    .option('--json', 'print the changes as JSON')
    .option('--markdown', "print the changes as Markdown, for a pull request's summary")
    .option('--html [file]', 'print the changes as one page that needs no network, or write it into a file')
    .option(
      '--changelog <file>',
      'let lines `breaking-ok: REASON` under Unreleased allow breaking changes, and ask for the version',
    )
    .option('--entries', 'print lines for the changelog')
    .option('--plan', 'find the steps of a rollout, and prove each')
    .option('--bridge <file>', 'with --plan: write the contract that lies between the two')
    .option('--samples <count>', 'how many messages are tried for each payload and direction', '200')
    .option('--seed <number>', 'repeat the messages of an earlier call')
    .addHelpText('after', HELP)
    .exitOverride()
    .action((old: string, fresh: string, options: DiffOptions) => {
      say(diff(root, old, fresh, options));
    });
}

function diff(root: string, old: string, fresh: string, options: DiffOptions): Said {
  const samples = Number(options.samples);
  const seed = options.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(options.seed);
  if (!Number.isInteger(samples) || samples < 1)
    return { exit_code: 2, text: `expected --samples to be a whole number from 1, got ${options.samples}` };
  if (!Number.isInteger(seed))
    return { exit_code: 2, text: `expected --seed to be a whole number, got ${options.seed}` };
  const forms = [options.json, options.markdown, options.html].filter((form) => form !== undefined);
  if (forms.length > 1)
    return { exit_code: 2, text: 'expected one of --json, --markdown and --html, got several' };
  try {
    const [before, after] = [contractFrom(root, old), contractFrom(root, fresh)];
    const unsound = [unsoundText(old, before), unsoundText(fresh, after)].join('');
    if (unsound !== '') return { exit_code: 2, text: unsound.trimEnd() };
    const comparison = compareContracts(before, after, { samples, seed });
    if (options.plan === true) return planned(comparison, options, { samples, seed });
    if (options.entries === true) return { exit_code: 0, text: changelogEntries(comparison) };
    const { exit_code, lines } = released(root, comparison, options);
    const text = written(comparison, options, seed);
    return {
      exit_code,
      text: options.json === true || options.html !== undefined ? text : [text, ...lines].join('\n'),
    };
  } catch (error) {
    if (error instanceof SourceError || error instanceof SchemaFault || error instanceof ContractProblems)
      return { exit_code: 2, text: error.message };
    throw error;
  }
}

/** Say why programs cannot be held to a contract, a line per problem. */
function unsoundText(name: string, contract: Contract): string {
  const version = contract.document['asyncapi'];
  if (typeof version !== 'string')
    return `${name}: expected an AsyncAPI document, got one without asyncapi; name a contract\n`;
  // Channels and operations of version 2 mean something else.
  if (!version.startsWith('3.'))
    return `${name}:${contract.lineOf(['asyncapi'])}: expected AsyncAPI 3, got ${version}; write the contract in version 3\n`;
  return soundnessProblems(contract)
    .map((problem) => `${formatProblem(name, problem)}\n`)
    .join('');
}

/** A rollout is found or not; that the change breaks when it is made at once is no fault of the plan. */
function planned(comparison: Comparison, options: DiffOptions, effort: Effort): Said {
  const plan = planBetween(comparison.old.document, comparison.fresh.document, effort);
  if (options.bridge !== undefined && plan.bridge !== null)
    writeFileSync(options.bridge, stringify(plan.bridge));
  const disagree = plan.disagreements.length + comparison.disagreements.length > 0;
  const exit_code = disagree ? 4 : plan.impossible === null ? 0 : 1;
  if (options.json === true) {
    const { steps, impossible } = plan;
    return {
      exit_code,
      text: JSON.stringify({ plan_version: 1, impossible, steps, has_bridge: plan.bridge !== null }, null, 2),
    };
  }
  return { exit_code, text: planText(plan, comparison.changes) };
}

/** With a changelog its lines allow breaking changes, and the version must be as large as the rest asks. */
function released(root: string, comparison: Comparison, { changelog }: DiffOptions) {
  const { verdict, disagreements, changes } = comparison;
  if (disagreements.length > 0) return { exit_code: 4, lines: [] };
  if (changelog === undefined) {
    const lines =
      changes.length > 0 ? ['', `The smallest version for this is ${smallestVersion(comparison)}.`] : [];
    return { exit_code: verdict === 'breaking' ? 1 : 0, lines };
  }
  const file = isAbsolute(changelog) ? changelog : join(root, changelog);
  if (!existsSync(file)) throw new SourceError(`expected --changelog to be a file, got ${changelog}`);
  const open = notAllowed(changes, allowancesIn(readFileSync(file, 'utf8')));
  const problem = versionProblem(comparison);
  const breaking = open.map((change) => `Not allowed by a line breaking-ok in ${changelog}: ${change.place}`);
  return {
    exit_code: open.length > 0 || problem !== undefined ? 1 : 0,
    lines: ['', ...breaking, ...(problem === undefined ? [] : [problem])],
  };
}

function written(comparison: Comparison, options: DiffOptions, seed: number): string {
  if (options.json === true) return comparisonJson(comparison, seed);
  if (options.markdown === true) return comparisonMarkdown(comparison, seed);
  if (options.html === undefined) return comparisonText(comparison, seed);
  const page = comparisonPage(comparison, seed);
  if (typeof options.html !== 'string') return page;
  writeFileSync(options.html, page);
  return `${options.html}: ${comparison.changes.length} changes, ${comparison.verdict}`;
}
