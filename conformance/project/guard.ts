import { program, quoted } from '../contract/program.ts';
import type { Target } from '../targets/description.ts';

/** A project that the judge does not enter; the message says why, and what to do. */
export class ProjectRefusedError extends Error {}

/** What is known before anything is called. */
export interface AdmissionRequest {
  readonly project: string | undefined;
  /** Whether the caller said that the project is theirs to test. */
  readonly owned: boolean;
  /** Projects that the target file names, and those that CONFORMANCE_PROJECTS names. */
  readonly allowed: readonly string[];
  /** For messages. */
  readonly target_file: string;
  readonly pubsub_emulator: string | undefined;
  readonly firestore_emulator: string | undefined;
}

/** The flag that says so. */
export const OWNERSHIP_FLAG = '--i-own-this-project';

/** Write the whole command that removes what judges left in a project, as it is admitted there. */
export function cleanCommand(
  { file, project: { ids } }: Pick<Target, 'file' | 'project'>,
  project: string,
): string {
  const allowed = ids.includes(project) ? '' : `CONFORMANCE_PROJECTS=${project} `;
  return `${allowed}${program()} clean --target ${quoted(file)} --project ${project} ${OWNERSHIP_FLAG}`;
}

/**
 * Decide whether a project may be entered.
 *
 * @returns why it may not, with what to do; undefined when it may.
 */
export function decideAdmission(request: AdmissionRequest): string | undefined {
  const { project, allowed, target_file, pubsub_emulator, firestore_emulator } = request;
  if (project === undefined) {
    return '--cloud project needs --project ID, the project in which the target is deployed';
  }
  if (looksLikeProduction(project)) {
    return `"${project}" looks like production, and the judge publishes to real topics and deletes documents; deploy the target to a staging project and judge it there`;
  }
  if (!allowed.includes(project)) {
    return `${target_file} names no project "${project}"; write it under project.ids there, or into CONFORMANCE_PROJECTS, once you have made sure that it may be tested`;
  }
  if ((pubsub_emulator === undefined) !== (firestore_emulator === undefined)) {
    const [set, missing] =
      pubsub_emulator === undefined
        ? ['FIRESTORE_EMULATOR_HOST', 'PUBSUB_EMULATOR_HOST']
        : ['PUBSUB_EMULATOR_HOST', 'FIRESTORE_EMULATOR_HOST'];
    return `${set} is set and ${missing} is not, so that half of the run would reach Google Cloud; set both or neither`;
  }
  if (request.owned) return undefined;
  return `a run publishes test messages to the topics of "${project}", which its components work on, and deletes the documents of the reserved dates; add ${OWNERSHIP_FLAG} if that is yours to do, or leave out --cloud project to judge on the embedded cloud`;
}

/** Tell whether a word of a project id says that real work is done there; `non-prod` and `preprod` do not. */
export function looksLikeProduction(project: string): boolean {
  const words = project.split('-');
  return words.some(
    (word, index) =>
      /^(prod|production|prd|live)\d*$/.test(word) && !['non', 'not', 'pre'].includes(words[index - 1] ?? ''),
  );
}

/** Read the projects that an environment allows beside the target file: ids, separated by commas or spaces. */
export function allowedByEnvironment(environment: NodeJS.ProcessEnv): readonly string[] {
  return (environment['CONFORMANCE_PROJECTS'] ?? '').split(/[\s,]+/).filter((id) => id !== '');
}
