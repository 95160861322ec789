import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** How long one of these tests may take on a busy machine. */
export const PATIENCE_MS = 300_000;

/** A space, and a letter that not every encoding has. */
const FOLDER = 'my übung';

/** What a program said. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of somebody's project in which the package is installed and cannot be written. */
export interface Installed {
  readonly folder: string;
  readonly archive: string;
  /** The package's own folder. */
  readonly home: string;
  /** Runs one of its programs as `npx` would, in the folder or below it. */
  run(bin: string, ...args: readonly string[]): Promise<Said>;
  /** Runs Node in the folder. */
  node(...args: readonly string[]): Promise<Said>;
}

/** Pack the package and install the archive, without the network, in an empty folder; give the place of both. */
export async function installPackage(): Promise<string> {
  const place = mkdtempSync(path.join(tmpdir(), 'package-'));
  const folder = path.join(place, FOLDER);
  mkdirSync(folder);
  await done('npm', ['pack', '--silent', '--pack-destination', place], ROOT);
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  await done('npm', ['install', '--offline', '--no-audit', '--no-fund', archiveIn(place)], folder);
  setWritable(path.join(folder, 'node_modules'), false);
  return place;
}

/** Open what was installed at a place. */
export function installedAt(place: string): Installed {
  const folder = path.join(place, FOLDER);
  const modules = path.join(folder, 'node_modules');
  return {
    folder,
    archive: archiveIn(place),
    home: path.join(modules, 'nba-pipeline-contract'),
    run: (bin, ...args) => said(path.join(modules, '.bin', bin), args, folder),
    node: (...args) => said(process.execPath, args, folder),
  };
}

/** Remove all of it again. */
export function removeInstalled(place: string): void {
  setWritable(path.join(place, FOLDER, 'node_modules'), true);
  rmSync(place, { recursive: true, force: true });
}

function archiveIn(place: string): string {
  return path.join(place, readdirSync(place).find((name) => name.endsWith('.tgz')) ?? '');
}

function setWritable(folder: string, writable: boolean): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  for (const { parentPath, name } of folders)
    chmodSync(path.join(parentPath, name), writable ? 0o755 : 0o555);
  chmodSync(folder, writable ? 0o755 : 0o555);
}

async function done(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, err, out } = await said(program, args, cwd);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${err}${out}`);
}

function said(program: string, args: readonly string[], cwd: string): Promise<Said> {
  // What the clone's npm run sets is nothing that somebody else's shell has.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  return new Promise((resolve) => {
    const child = execFile(program, [...args], { cwd, env, maxBuffer: 64e6 }, (error, out, err) => {
      const code = error === null ? 0 : (child.exitCode ?? -1);
      resolve({ code, out, err: error !== null && child.exitCode === null ? `${error.message}${err}` : err });
    });
  });
}
