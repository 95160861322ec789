import type { Gate, Observer } from '../../cloud/calls.ts';
import { startGoogleEmulators } from '../../cloud/google-emulators.ts';
import { type CloudDoor, type EmbeddedCloudOptions, startEmbeddedCloud } from '../../cloud/server.ts';
import { errorWords } from '../../contract/errors.ts';
import type { WorldSettings } from './settings.ts';

/** Which Google Cloud a run uses: one that the judge starts, or a project in which the target is deployed. */
export type CloudKind = 'embedded' | 'emulators' | 'project';

/** A cloud that runs. */
export interface RunningCloud extends CloudDoor {
  /** Opens an address of its own for one instance; missing where calls cannot be told apart by it. */
  readonly openDoor?: (origin: string) => Promise<CloudDoor>;
  stop(): Promise<void>;
}

/** A cloud that cannot be started here. */
export class CloudUnavailableError extends Error {}

/** Starts a cloud; only the embedded one asks the gate and tells the observer. */
export async function startCloud(
  kind: Exclude<CloudKind, 'project'>,
  gate: Gate,
  observe: Observer,
  { pubsub_port = 0, firestore_port = 0 }: WorldSettings = {},
): Promise<RunningCloud> {
  if (kind === 'embedded') return startEmbedded({ gate, observe, pubsub_port, firestore_port });
  try {
    return await startGoogleEmulators();
  } catch (error) {
    const why = errorWords(error);
    throw new CloudUnavailableError(`${why}; or run without --cloud emulators`);
  }
}

async function startEmbedded(options: EmbeddedCloudOptions): Promise<RunningCloud> {
  try {
    return await startEmbeddedCloud(options);
  } catch (error) {
    if ((options.pubsub_port ?? 0) + (options.firestore_port ?? 0) === 0) throw error;
    const why = errorWords(error);
    throw new CloudUnavailableError(`${why}; choose other ports with --pubsub-port and --firestore-port`);
  }
}
