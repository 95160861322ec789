import type { FileProblem, TargetFile } from '../file.ts';
import { datesProblem } from './dates.ts';
import { fieldProblem } from './fields.ts';
import { hookProblem } from './hooks.ts';
import { nameProblem, togetherProblem, versionProblem } from './names.ts';
import { seedProblem } from './seeds.ts';
import {
  directoryProblem,
  environmentProblem,
  patternProblem,
  programProblem,
  urlProblem,
} from './starting.ts';

const QUESTIONS: readonly ((file: TargetFile) => FileProblem | undefined)[] = [
  versionProblem,
  programProblem,
  urlProblem,
  patternProblem,
  togetherProblem,
  environmentProblem,
  nameProblem,
  fieldProblem,
  hookProblem,
  seedProblem,
  datesProblem,
];

/**
 * Find what is wrong with a target file that its schema allows, so that no run meets it half-way.
 *
 * @param folder where relative paths of the file begin.
 */
export function findProblem(file: TargetFile, folder: string): FileProblem | undefined {
  for (const ask of QUESTIONS) {
    const problem = ask(file);
    if (problem !== undefined) return problem;
  }
  return directoryProblem(file, folder);
}
