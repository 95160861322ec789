import type { Gate, Observer } from '../../cloud/calls.ts';
import { startGoogleEmulators } from '../../cloud/google-emulators.ts';
import { startEmbeddedCloud } from '../../cloud/server.ts';

/** Which Google Cloud a run uses. */
export type CloudKind = 'embedded' | 'emulators';

/** A cloud that runs. */
export interface RunningCloud {
  readonly pubsub_host: string;
  readonly firestore_host: string;
  stop(): Promise<void>;
}

/** A cloud that cannot be started here. */
export class CloudUnavailableError extends Error {}

/** Starts a cloud; only the embedded one asks the gate and tells the observer. */
export async function startCloud(kind: CloudKind, gate: Gate, observe: Observer): Promise<RunningCloud> {
  if (kind === 'embedded') return startEmbeddedCloud({ gate, observe });
  try {
    return await startGoogleEmulators();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CloudUnavailableError(`${why}; or run without --cloud emulators`);
  }
}
