import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { type Contract, readContract } from '../contract.ts';
import { releasedContract, releasedVersions } from '../records/released.ts';

const FILE = 'asyncapi.yaml';
const BYTES_MAX = 64 * 1024 * 1024;

/** A contract that cannot be read; the message says what was expected and what came. */
export class SourceError extends Error {}

/**
 * Read a contract by what a person calls it: a file, a released version such as `1.0.0`, a git revision such as `HEAD`, or a
 * file of a revision such as `main:asyncapi.yaml`. A file counts first, also one of the working directory, then a released version.
 *
 * @param root  the folder from which files and revisions are meant.
 * @throws {SourceError} when there is no such file and no such revision.
 * @throws {ContractProblems} when what was read is no contract.
 */
export function contractFrom(root: string, name: string): Contract {
  const file = [isAbsolute(name) ? name : join(root, name), resolve(name)].find((one) => existsSync(one));
  if (file !== undefined) return readContract(textOf(file, name), name);
  const released = releasedContract(name);
  if (released !== undefined) return released;
  return readContract(fromGit(root, name), name.includes(':') ? name : `${name}:${FILE}`);
}

/** A folder, or a file that may not be read, is no contract. */
function textOf(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new SourceError(`expected a file that can be read, got ${JSON.stringify(name)} (${said})`);
  }
}

function fromGit(root: string, name: string): string {
  const [revision = '', path] = name.includes(':')
    ? [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
    : [name];
  if (revision.startsWith('-')) throw new SourceError(`expected a file or a git revision, got ${name}`);
  // A path with ./ is meant from the folder, and not from the top of the repository.
  const place = `${revision}:./${path ?? FILE}`;
  try {
    return execFileSync('git', ['show', place], {
      cwd: root,
      maxBuffer: BYTES_MAX,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const said =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : '';
    throw new SourceError(
      `expected a file, a released version (${releasedVersions().join(', ')}), or a git revision that holds ${path ?? FILE}, got ${name}${said ? ` (git: ${said})` : ''}`,
    );
  }
}
