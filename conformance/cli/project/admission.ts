import {
  allowedByEnvironment,
  decideAdmission,
  OWNERSHIP_FLAG,
  ProjectRefusedError,
} from '../../project/guard.ts';
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
): string {
  if ((pubsubPort ?? firestorePort) !== undefined) {
    throw new ProjectRefusedError(
      '--pubsub-port and --firestore-port are of the embedded cloud, and --cloud project starts none; leave them out',
    );
  }
  const refusal = decideAdmission({
    project,
    owned: iOwnThisProject,
    allowed: [...target.project.ids, ...allowedByEnvironment(process.env)],
    target_file: target.file,
    pubsub_emulator: process.env['PUBSUB_EMULATOR_HOST'],
    firestore_emulator: process.env['FIRESTORE_EMULATOR_HOST'],
  });
  if (refusal !== undefined) throw new ProjectRefusedError(refusal);
  return project ?? '';
}

/**
 * Makes sure that nobody takes a verdict on a cloud of the judge for one on a deployed pipeline.
 *
 * @throws {ProjectRefusedError} when the command line speaks of a project in which the target is deployed.
 */
export function refuseProject(
  target: Target,
  cloud: string,
  { project, iOwnThisProject = false }: ProjectOptions,
): void {
  const known = [...target.project.ids, ...allowedByEnvironment(process.env)];
  if (!iOwnThisProject && !known.includes(project ?? '')) return;
  const said = iOwnThisProject ? OWNERSHIP_FLAG : `--project ${project}`;
  throw new ProjectRefusedError(
    `${said} speaks of a deployed pipeline, and --cloud ${cloud} looks at none; add --cloud project, or leave ${said} out`,
  );
}
