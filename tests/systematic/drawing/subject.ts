import path from 'node:path';
import { CONFORMING } from '../../targets/conforming.ts';
import { ROOT } from './files.ts';

/** An implementation that keeps every MUST, and whose sources are given small faults. */
export interface Subject {
  readonly name: string;
  /** Where its sources are, below the repository's root. */
  readonly folder: string;
  /** Its target file. */
  readonly file: string;
  /** Programs that it needs beside Node. */
  readonly needs: readonly string[];
  /** Requirements of level SHOULD that it does not keep, so that they tell nothing of a fault in it. */
  readonly told: readonly string[];
}

/** The implementation whose faults are drawn when no other is named. */
export const REFERENCE: Subject = {
  name: 'reference',
  folder: 'reference',
  file: path.join(ROOT, 'conformance/targets/reference.yaml'),
  needs: [],
  told: [],
};

const STRANGERS: readonly Subject[] = CONFORMING.map(({ name, file, needs, told }) => ({
  name,
  folder: path.relative(ROOT, path.dirname(file)),
  file,
  needs,
  told,
}));

/** Find an implementation by its name. @throws {Error} with the names there are. */
export function subjectOf(name: string): Subject {
  const subjects = [REFERENCE, ...STRANGERS];
  const found = subjects.find((subject) => subject.name === name);
  if (found !== undefined) return found;
  throw new Error(
    `--target must be one of ${subjects.map((subject) => subject.name).join(', ')}, got "${name}"`,
  );
}
