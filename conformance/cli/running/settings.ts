import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUPPORTED_VERSIONS } from '../../contract/versions.ts';
import type { CloudKind } from '../../harness/world/cloud.ts';
import { findRequirement } from '../../requirements/catalogue.ts';
import { against } from '../../targets/claims.ts';
import type { Target } from '../../targets/description.ts';
import { loadTarget } from '../../targets/load.ts';
import { UsageError } from '../exit-codes.ts';

const REFERENCE = fileURLToPath(new URL('../../targets/reference.yaml', import.meta.url));
const SEED_MAX = 2 ** 31;

/** Read without being named, in the folder where the judge is called. */
const USUAL_FILE = 'conformance.yaml';
/** The repository's root, or the installed package's. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Read the target to judge: the one that is named, else `conformance.yaml` of the working directory, else, within this
 * repository, the reference. The word `reference` names the reference anywhere.
 *
 * @throws {UsageError} when there is none, or it lists a known difference from a requirement that does not exist.
 */
export function targetOf(file: string | undefined): Target {
  const target = loadTarget(targetFile(file, process.cwd()));
  for (const { requirement } of target.known_differences) {
    if (findRequirement(requirement) !== undefined) continue;
    throw new UsageError(
      `${target.file}: known_differences lists ${requirement}, which the contract does not have; see "conformance list"`,
    );
  }
  return target;
}

/**
 * Ask a target whether it survives the messages of later versions than the one that is live.
 *
 * @throws {UsageError} when no such version was released.
 */
export function claiming(target: Target, version: string): Target {
  if (SUPPORTED_VERSIONS.includes(version)) return against(target, version);
  throw new UsageError(
    `--against expects a released version (${SUPPORTED_VERSIONS.join(', ')}), got "${version}"`,
  );
}

/** Choose the target file, as the working directory sees it. @throws {UsageError} when nothing says which. */
export function targetFile(named: string | undefined, folder: string, root = ROOT): string {
  const reference = path.relative(folder, REFERENCE);
  if (named !== undefined) {
    return named === 'reference' && !isFile(path.resolve(folder, named)) ? reference : named;
  }
  if (existsSync(path.join(folder, USUAL_FILE))) return USUAL_FILE;
  if (isWithin(root, folder)) return reference;
  throw new UsageError(
    `there is nothing to judge: expected ${USUAL_FILE} in ${folder}, or --target FILE; write one with "conformance init", or see the judge at work with "conformance run --target reference --quick"`,
  );
}

/** A clone has a folder of this name. */
function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** What is installed into a folder belongs to that folder, so only a clone has anything within it. */
function isWithin(root: string, folder: string): boolean {
  return (
    !path.relative(root, folder).startsWith('..') && !root.includes(`${path.sep}node_modules${path.sep}`)
  );
}

/** Read the name of a cloud. @throws {UsageError} when there is none of that name. */
export function cloudOf(name: string): CloudKind {
  if (name === 'embedded' || name === 'emulators' || name === 'project') return name;
  throw new UsageError(`--cloud must be embedded, emulators or project, got "${name}"`);
}

/** Read a seed, or take one from the clock. @throws {UsageError} when the text is no seed. */
export function seedOf(text: string | undefined): number {
  if (text === undefined) return Date.now() % SEED_MAX;
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < SEED_MAX) return seed;
  throw new UsageError(`--seed must be a whole number from 0 to ${SEED_MAX - 1}, got "${text}"`);
}

/** A whole run of a right target takes much less; with the time that it takes to stop, it is two minutes. */
const TIMEOUT_SECONDS = 110;
const TIMEOUT_SECONDS_MAX = 24 * 60 * 60;

/**
 * Read how long a run may take: as long as was said, and two minutes in a cloud of the judge's own unless it is to explore longer.
 *
 * @returns milliseconds; undefined for no end.
 * @throws {UsageError} when the text is no time.
 */
export function timeoutOf({
  timeout,
  cloud,
  deep,
}: {
  readonly timeout?: string;
  readonly cloud: string;
  readonly deep?: string;
}): number | undefined {
  if (timeout === undefined)
    return cloud === 'embedded' && deep === undefined ? TIMEOUT_SECONDS * 1000 : undefined;
  const seconds = Number(timeout);
  if (seconds > 0 && seconds <= TIMEOUT_SECONDS_MAX) return seconds * 1000;
  throw new UsageError(
    `--timeout must be seconds, more than 0 and at most ${TIMEOUT_SECONDS_MAX}, got "${timeout}"`,
  );
}
