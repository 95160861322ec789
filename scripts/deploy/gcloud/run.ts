import { spawn } from 'node:child_process';

/** How one run of gcloud ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs gcloud with these arguments, and with this on its standard input, and waits for its end. */
export type Gcloud = (args: readonly string[], input?: string) => Promise<Ended>;

/** A run of gcloud that failed. The message holds what gcloud itself said. */
export class GcloudError extends Error {
  readonly args: readonly string[];

  constructor(args: readonly string[], { code, stderr }: Ended) {
    super(`gcloud ${args.join(' ')} ended with ${code}:\n${complaintOf(stderr)}`);
    this.name = 'GcloudError';
    this.args = args;
  }
}

/** Make the runner of the gcloud on the PATH. It never asks: whoever runs this has seen the plan. */
export function createGcloud(environment: NodeJS.ProcessEnv): Gcloud {
  return (args, input) =>
    new Promise((resolve) => {
      const env = { ...environment, CLOUDSDK_CORE_DISABLE_PROMPTS: '1' };
      const child = spawn('gcloud', args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
      // A gcloud that ends without reading closes the pipe; how it ended says why.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      child.on('error', (error) =>
        resolve({ code: 127, stdout, stderr: `cannot start gcloud: ${error.message}` }),
      );
      child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
    });
}

/** Run gcloud for its JSON. @throws {GcloudError} when it fails or prints something else. */
export async function readJson(gcloud: Gcloud, args: readonly string[]): Promise<unknown> {
  const ended = await gcloud([...args, '--format=json']);
  if (ended.code !== 0) throw new GcloudError(args, ended);
  try {
    return JSON.parse(ended.stdout);
  } catch {
    throw new GcloudError(args, { ...ended, stderr: `expected JSON, got ${ended.stdout.slice(0, 200)}` });
  }
}

/** Cut gcloud's progress bars off and keep what it complains about. */
export function complaintOf(stderr: string): string {
  const at = stderr.search(/^ERROR/m);
  return (at === -1 ? stderr : stderr.slice(at)).trim().slice(-2000);
}
