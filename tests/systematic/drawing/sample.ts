import { createHash } from 'node:crypto';
import { keyOf, type Mutant } from './mutant.ts';

/** Which mutants are asked for. */
export interface Choice {
  /** Where the sources are, below the repository's root. */
  readonly folder: string;
  /** Patterns of files below `folder`, `*` standing for anything; empty for all. */
  readonly files: readonly string[];
  /** How many, drawn at random; null for all. */
  readonly size: number | null;
  readonly seed: number;
}

/**
 * Draw mutants of those that count, in random order. The same seed draws the same ones, and an edit of one file changes
 * nothing of the others' order: it follows from each mutant's own name.
 */
export function drawSample(
  mutants: readonly Mutant[],
  { folder, files, size, seed }: Choice,
): readonly Mutant[] {
  const patterns = files.map((glob) => patternOf(`${folder}/${glob}`));
  const asked = mutants.filter(
    ({ excluded, file }) =>
      excluded === null && (patterns.length === 0 || patterns.some((pattern) => pattern.test(file))),
  );
  const lots = asked.map((mutant) => ({ mutant, lot: lotOf(seed, keyOf(mutant)) }));
  lots.sort((a, b) => (a.lot < b.lot ? -1 : 1));
  return lots.slice(0, size ?? lots.length).map(({ mutant }) => mutant);
}

function lotOf(seed: number, key: string): string {
  return createHash('sha256').update(`${seed} ${key}`).digest('hex');
}

function patternOf(glob: string): RegExp {
  const escaped = glob.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\*+/g, '.*');
  return new RegExp(`^${escaped}$`);
}
