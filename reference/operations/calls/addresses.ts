import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { COMPONENTS, DEPLOYMENT } from '../../../generated/topology.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';

/** Where components are, and what a call must carry there. */
export interface Addresses {
  /** @throws {PipelineError} INVALID_CONFIGURATION with what to set. */
  find(
    component: string,
  ): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }>;
}

/** What is known of the place before anything is asked. */
export interface AddressOptions {
  readonly project: string;
  readonly region: string;
  /** `component=url`, from flags. */
  readonly urls: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const run = promisify(execFile);

/**
 * Make the addresses of a place: flags first, then PIPELINE_URLS, then, for a project in the cloud, what gcloud says.
 *
 * A call to Cloud Run carries an identity token for the component's URL. The components accept the scheduler's account and
 * not a person's, so the operator impersonates it, or the account that PIPELINE_IMPERSONATE names.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION for a pair that cannot be read.
 */
export function createAddresses(options: AddressOptions): Addresses {
  const { environment } = options;
  const listed = (environment['PIPELINE_URLS'] ?? '').split(',').filter((pair) => pair !== '');
  const known = new Map([...listed, ...options.urls].map(readPair));
  const isLocal = environment['PUBSUB_EMULATOR_HOST'] !== undefined;
  return {
    async find(component) {
      const url = known.get(component) ?? (isLocal ? undefined : await describeService(component, options));
      if (url === undefined) {
        throw new PipelineError(
          'INVALID_CONFIGURATION',
          `expected the URL of ${component}, found none; add --url ${component}=http://…, or set PIPELINE_URLS, which pipeline serve prints`,
          { component },
        );
      }
      known.set(component, url);
      return { url, headers: await authorize(url, options) };
    },
  };
}

function readPair(pair: string): readonly [string, string] {
  const [component = '', ...rest] = pair.split('=');
  const url = rest.join('=').replace(/\/$/, '');
  if (component in COMPONENTS && /^https?:\/\/[^/]/.test(url)) return [component, url];
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `a component's URL must be written component=https://…, with one of ${Object.keys(COMPONENTS).slice(0, 8).join(', ')}; got "${pair}"`,
    { pair },
  );
}

/**
 * Gives the address that carries the project's number, not the one that Cloud Run prints as `status.url`: both lead
 * there, but only the first is the audience that the component accepts.
 */
async function describeService(
  component: string,
  { project, region }: AddressOptions,
): Promise<string | undefined> {
  const number = await gcloud(
    [
      'run',
      'services',
      'describe',
      component,
      `--project=${project}`,
      `--region=${region}`,
      '--format=value(metadata.namespace)',
    ],
    `find ${component} in ${project}, ${region}`,
  );
  return /^\d+$/.test(number) ? `https://${component}-${number}.${region}.run.app` : undefined;
}

async function authorize(
  url: string,
  { environment, project }: AddressOptions,
): Promise<Readonly<Record<string, string>>> {
  if (!url.startsWith('https://')) return {};
  const { service_account } = DEPLOYMENT.identities.scheduler;
  const account =
    environment['PIPELINE_IMPERSONATE'] ?? `${service_account}@${project}.iam.gserviceaccount.com`;
  const token = await gcloud(
    [
      'auth',
      'print-identity-token',
      `--impersonate-service-account=${account}`,
      `--audiences=${url}`,
      '--include-email',
    ],
    `get an identity token for ${url} as ${account}`,
  );
  return { authorization: `Bearer ${token}` };
}

async function gcloud(args: readonly string[], what: string): Promise<string> {
  try {
    const { stdout } = await run('gcloud', [...args, '--quiet']);
    return stdout.trim();
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    const reason = stderr?.trim().split('\n').at(-1) || String(error);
    throw new PipelineError(
      'INVALID_CONFIGURATION',
      `expected gcloud to ${what}, got: ${reason}; log in, or give the address with --url`,
      { args: [...args] },
      error,
    );
  }
}
