import { Argument, Command, CommanderError } from 'commander';
import { deployedComponents } from '../generate/cloud.ts';
import { apply } from './actions/apply.ts';
import { destroy } from './actions/destroy.ts';
import { fallBackNames } from './actions/project.ts';
import { rollback } from './actions/rollback.ts';
import { switchJobs } from './actions/scheduler-jobs.ts';
import type { Means } from './execution/carry-out.ts';
import { RefusedError } from './execution/errors.ts';
import { requireHarmless } from './execution/guard.ts';
import { GcloudError } from './gcloud/run.ts';
import { type NamedOptions, readNamed } from './named.ts';
import { TOPOLOGY } from './topology/contract.ts';

/** What the command line works with. */
export interface DeployMeans extends Means {
  /** Writes one line of standard error. */
  readonly complain: (line: string) => void;
}

interface Options {
  readonly project: string;
  readonly region: string;
  readonly assumeEmpty?: boolean;
  readonly plan?: boolean;
  readonly production?: boolean;
}

const EXIT_CODES = `
Exit codes: 0 done, or a plan was printed; 1 a step failed; 2 the command line or the state of things cannot be obeyed;
3 the project cannot be read (no gcloud, no login, no such project).`;

/**
 * Run the deployment's command line.
 *
 * @returns the exit code: 0 done, 1 a step failed, 2 refused, 3 the project cannot be read.
 */
export async function runDeploy(args: readonly string[], means: DeployMeans): Promise<number> {
  let code = 0;
  const end = (ended: number): void => {
    code = ended;
  };
  try {
    await createProgram(means, end).parseAsync(withProject(args), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof RefusedError) {
      means.complain(`deploy: ${error.message}`);
      return 2;
    }
    if (!(error instanceof GcloudError)) throw error;
    means.complain(`deploy: ${error.message}`);
    return 3;
  }
}

/** A project that is assumed to be empty needs no id; its place in names is held. */
function withProject(args: readonly string[]): string[] {
  const is_named = args.some((arg) => arg === '--project' || arg.startsWith('--project='));
  return args.includes('--assume-empty') && !is_named ? [...args, '--project', 'PROJECT'] : [...args];
}

function createProgram(means: DeployMeans, end: (code: number) => void): Command {
  const program = new Command('deploy')
    .description('Deploys the pipeline of the contract to a Google Cloud project, by gcloud.')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => means.say(text.trimEnd()),
      writeErr: (text) => means.complain(text.trimEnd()),
    });
  addApply(program, means, end);
  addDestroy(program, means, end);
  addRollback(program, means, end);
  addJobs(program, means, end);
  return program;
}

/** Adds a subcommand with the options that all of them share. */
function addCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .requiredOption('--project <id>', 'the Google Cloud project')
    .option(
      '--region <region>',
      'where services, functions and scheduler jobs run',
      TOPOLOGY.deployment.region,
    )
    .option('--plan', 'say what would happen and do nothing')
    .option('--production', 'go on although the project looks like production')
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
}

/** Looks at a project freely, but changes one that looks like production only when that is stated. */
function requestOf(options: Options) {
  const { project, region, plan = false, production = false } = options;
  if (!plan) requireHarmless(project, production);
  return { project, region, plan_only: plan };
}

function addApply(program: Command, means: DeployMeans, end: (code: number) => void): void {
  addCommand(program, 'apply', 'Bring the project to what the contract says; the plan is printed first.')
    .option(
      '--assume-empty',
      'with --plan: say what a project with nothing in it would get, without an account',
    )
    .option('--artefacts <folder>', 'the built code, a folder per component', 'dist')
    .option('--notification-channels <ids>', 'whom every alert policy notifies, ids with commas between them')
    .option(
      '--alert-secrets <list>',
      'where components send their own alerts: VARIABLE=SECRET[:VERSION] with commas between them',
    )
    .option('--analytics', 'keep every message in BigQuery too, for SQL; it costs money (docs/analytics.md)')
    .action(async (options: Options & NamedOptions & { readonly artefacts: string }) => {
      const { artefacts, plan = false, assumeEmpty: assume_empty = false } = options;
      if (assume_empty && !plan)
        throw new RefusedError(
          'expected --plan with --assume-empty, got none: nothing can be deployed to a project that nobody looked at',
        );
      const named = readNamed(options);
      end(await apply({ ...requestOf(options), artefacts, named, assume_empty }, TOPOLOGY, means));
    });
}

function addDestroy(program: Command, means: DeployMeans, end: (code: number) => void): void {
  addCommand(
    program,
    'destroy',
    'Remove what was made from the contract; the database and the tables of BigQuery stay.',
  )
    .option('--yes', 'confirm')
    .action(async (options: Options & { readonly yes?: boolean }) =>
      end(await destroy({ ...requestOf(options), confirmed: options.yes === true }, TOPOLOGY, means)),
    );
}

function addRollback(program: Command, means: DeployMeans, end: (code: number) => void): void {
  addCommand(
    program,
    'rollback',
    'Send the traffic of a component to the revision before, to a named one, or back to latest.',
  )
    .addArgument(new Argument('<component>').choices([...deployedComponents(TOPOLOGY)]))
    .argument('[revision]', 'a revision, or latest')
    .action(async (component: string, revision: string | undefined, options: Options) =>
      end(
        await rollback(
          { ...requestOf(options), component, revision: revision ?? null },
          means.gcloud,
          means.say,
        ),
      ),
    );
}

function addJobs(program: Command, means: DeployMeans, end: (code: number) => void): void {
  for (const verb of ['pause', 'resume'] as const) {
    addCommand(program, verb, `${verb === 'pause' ? 'Stop' : 'Start'} a scheduler job without changing it.`)
      .argument('<job>', 'its name in the contract')
      .action(async (job: string, options: Options) =>
        end(await switchJobs([job], verb, requestOf(options), TOPOLOGY, means)),
      );
  }
  addCommand(program, 'fallback', 'Run the cascade by the clock while an orchestrator is down, or end that.')
    .addArgument(new Argument('<switch>', 'on or off').choices(['on', 'off']))
    .action(async (wanted: string, options: Options) => {
      const verb = wanted === 'on' ? 'resume' : 'pause';
      end(await switchJobs(fallBackNames(TOPOLOGY), verb, requestOf(options), TOPOLOGY, means));
    });
}
