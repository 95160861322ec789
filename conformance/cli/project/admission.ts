import { allowedByEnvironment, decideAdmission, ProjectRefusedError } from '../../project/guard.ts';
import type { Target } from '../../targets/description.ts';

/** What the command line says about a project. */
export interface ProjectOptions {
  readonly project?: string;
  readonly iOwnThisProject?: boolean;
  readonly pubsubPort?: string;
  readonly firestorePort?: string;
}

/**
 * Makes sure that the judge may enter the project that the command line names.
 *
 * @throws {ProjectRefusedError} saying why not, and what to do.
 */
export function requireProject(
  target: Target,
  { project, iOwnThisProject = false, pubsubPort, firestorePort }: ProjectOptions,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  if ((pubsubPort ?? firestorePort) !== undefined) {
    throw new ProjectRefusedError(
      '--pubsub-port and --firestore-port are of the embedded cloud, and --cloud project starts none; leave them out',
    );
  }
  const refusal = decideAdmission({
    project,
    owned: iOwnThisProject,
    allowed: [...target.project.ids, ...allowedByEnvironment(environment)],
    target_file: target.file,
    pubsub_emulator: environment['PUBSUB_EMULATOR_HOST'],
    firestore_emulator: environment['FIRESTORE_EMULATOR_HOST'],
  });
  if (refusal !== undefined) throw new ProjectRefusedError(refusal);
  return project ?? '';
}
