import { Command, CommanderError } from 'commander';
import { compareProject } from '../deploy/actions/project.ts';
import { type Gcloud, GcloudError } from '../deploy/gcloud/run.ts';
import { type NamedOptions, readNamed } from '../deploy/named.ts';
import { TOPOLOGY } from '../deploy/topology/contract.ts';
import { decideDrift } from './decide.ts';
import { driftInWords } from './words.ts';

/** What the command line works with. */
export interface DriftMeans {
  readonly gcloud: Gcloud;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

interface Options extends Pick<NamedOptions, 'notificationChannels' | 'analytics'> {
  readonly project: string;
  readonly region: string;
  readonly json?: boolean;
}

const EXIT_CODES = '\nExit codes: 0 as the contract says; 1 drift; 2 usage; 3 the project cannot be read.';

/**
 * Compare a project with the contract. Changes nothing.
 *
 * @returns the exit code: 0 clean, 1 drift, 2 usage, 3 the project cannot be read.
 */
export async function runDrift(args: readonly string[], means: DriftMeans): Promise<number> {
  const { say, complain } = means;
  const program = new Command('drift')
    .description('Lists what is live in a project and not in the contract, missing, or different.')
    .requiredOption('--project <id>', 'the Google Cloud project')
    .option(
      '--region <region>',
      'where services, functions and scheduler jobs run',
      TOPOLOGY.deployment.region,
    )
    .option('--notification-channels <ids>', 'whom every alert policy should notify, as at the deployment')
    .option('--analytics', 'every message should be kept in BigQuery, as at the deployment')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => say(text.trimEnd()),
      writeErr: (text) => complain(text.trimEnd()),
    });
  try {
    program.parse([...args], { from: 'user' });
    return await report(program.opts<Options>(), means);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof GcloudError)) throw error;
    complain(`drift: ${error.message}`);
    return 3;
  }
}

async function report(options: Options, { gcloud, say }: DriftMeans): Promise<number> {
  const { project, region, json } = options;
  const { wanted, live } = await compareProject(
    gcloud,
    TOPOLOGY,
    { project, region },
    {},
    readNamed(options),
  );
  const findings = decideDrift(wanted, live, TOPOLOGY);
  const clean = findings.length === 0;
  if (json === true)
    say(JSON.stringify({ project, region, contract: TOPOLOGY.version, clean, findings }, null, 2));
  else say(driftInWords(findings, `${project} in ${region}`));
  return clean ? 0 : 1;
}
