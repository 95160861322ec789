import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CloudKind } from '../../harness/world/cloud.ts';
import { findRequirement } from '../../requirements/catalogue.ts';
import type { Target } from '../../targets/description.ts';
import { loadTarget } from '../../targets/load.ts';
import { UsageError } from '../exit-codes.ts';

const REFERENCE = fileURLToPath(new URL('../../targets/reference.yaml', import.meta.url));
const SEED_MAX = 2 ** 31;

/**
 * Read the target to judge: the one that is named, or the reference.
 *
 * @throws {UsageError} when it lists a known difference from a requirement that does not exist.
 */
export function targetOf(file: string | undefined): Target {
  const target = loadTarget(file ?? path.relative(process.cwd(), REFERENCE));
  for (const { requirement } of target.known_differences) {
    if (findRequirement(requirement) !== undefined) continue;
    throw new UsageError(
      `${target.file}: known_differences lists ${requirement}, which the contract does not have; see "conformance list"`,
    );
  }
  return target;
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
