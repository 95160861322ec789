import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePrograms } from '../../../scripts/package/bundle.ts';
import type { Hosts } from './measure.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDER = join(ROOT, '.cache/bench-cloud');

/** Builds the program as the package has it. @returns its file. */
export async function buildProgram(): Promise<string> {
  await bundlePrograms(ROOT, FOLDER);
  const file = join(FOLDER, 'start.mjs');
  writeFileSync(
    file,
    "import { runCloud } from './cloud-program.js';\nprocess.exitCode = await runCloud([]);\n",
  );
  return file;
}

/** Starts the embedded cloud as a process of its own, as Google's emulators are; resolves when it is ready. */
export async function startProgram(file: string): Promise<Hosts & { stop(): Promise<void> }> {
  const child = spawn(process.execPath, [file], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const [pubsub_host = '', firestore_host = ''] = (await twoLines(child)).map(
    (line) => line.split('=')[1] ?? '',
  );
  return {
    pubsub_host,
    firestore_host,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function twoLines(child: ChildProcess): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      const lines = text.split('\n');
      if (lines.length > 2) resolve(lines.slice(0, 2));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the embedded cloud ended with code ${code}:\n${text}`)));
  });
}
