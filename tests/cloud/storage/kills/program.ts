import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** A cloud that runs as a process of its own. */
export interface RunningCloud {
  readonly pubsub: string;
  readonly firestore: string;
  /** Ends it with SIGKILL, and resolves when it is gone. */
  kill(): Promise<void>;
}

/** Bundles the program into a folder, because from its sources it takes a second to start. @returns its file. */
export async function bundleCloud(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const modules = join(folder, 'node_modules');
  if (!existsSync(modules)) symlinkSync(join(ROOT, 'node_modules'), modules);
  const outfile = join(folder, 'cloud.mjs');
  await build({
    stdin: {
      contents:
        "import { runCloud } from './main.ts'; process.exitCode = await runCloud(process.argv.slice(2));",
      resolveDir: join(ROOT, 'conformance/cloud'),
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return outfile;
}

/** Starts the program and waits for its two lines. @throws {Error} with what it said when it ends before. */
export async function startCloud(file: string, args: readonly string[]): Promise<RunningCloud> {
  const child = spawn(process.execPath, [file, ...args]);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const [pubsub = '', firestore = ''] = await linesOf(child);
  return {
    pubsub: `http://${pubsub}`,
    firestore: `http://${firestore}`,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function linesOf(child: ChildProcess): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    let said = '';
    let complained = '';
    child.stderr?.on('data', (text) => {
      complained += text;
    });
    child.stdout?.on('data', (text) => {
      said += text;
      const hosts = [...said.matchAll(/=(127\.0\.0\.1:\d+)\n/g)].map((match) => match[1] ?? '');
      if (hosts.length === 2) resolve(hosts);
    });
    child.once('close', (code) =>
      reject(new Error(`the cloud ended with ${code} before it was ready: ${complained}`)),
    );
  });
}
