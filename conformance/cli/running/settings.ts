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
