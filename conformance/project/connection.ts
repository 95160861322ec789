import type { Firestore } from '@google-cloud/firestore';
import type { PubSub, Subscription } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import { CloudUnavailableError } from '../harness/world/cloud.ts';

/** Clients of one project: of Google Cloud, or of the emulators that the environment names. */
export interface ProjectClients {
  readonly pubsub: PubSub;
  readonly firestore: Firestore;
  /** `Google Cloud`, or the hosts of the emulators. */
  readonly where: string;
  close(): Promise<void>;
}

/** A service that has not answered by then is not there; Google's clients would go on asking for minutes. */
const ANSWER_MS = 20_000;

/** Opens the official clients, with application default credentials, or without any on emulators. */
export async function connect(project: string): Promise<ProjectClients> {
  const { PUBSUB_EMULATOR_HOST: pubsub_host, FIRESTORE_EMULATOR_HOST: firestore_host } = process.env;
  // Without this Google's client looks for a metadata server first, and waits for an answer that never comes.
  if (pubsub_host !== undefined) process.env['METADATA_SERVER_DETECTION'] ??= 'none';
  const { PubSub } = await import('@google-cloud/pubsub');
  const { Firestore } = (await import('@google-cloud/firestore')).default;
  const pubsub = new PubSub({ projectId: project });
  const firestore = new Firestore({ projectId: project });
  return {
    pubsub,
    firestore,
    where: pubsub_host === undefined ? 'Google Cloud' : `the emulators ${pubsub_host} and ${firestore_host}`,
    async close() {
      await Promise.allSettled([pubsub.close(), firestore.terminate()]);
    },
  };
}

/**
 * Waits for one answer of the project.
 *
 * @throws {CloudUnavailableError} when there is none in time, or it is a refusal; `what` says in words what was asked.
 */
export async function answerOf<Answer>(
  what: string,
  asked: Promise<Answer>,
  patience_ms = ANSWER_MS,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience_ms / 1000} s`)), patience_ms);
  });
  try {
    return await Promise.race([asked, late]);
  } catch (error) {
    asked.catch(() => {});
    const why = reasonOf(error);
    throw new CloudUnavailableError(
      `expected to ${what}, got: ${why}; check the project id, the network, "gcloud auth application-default login" and the roles of who runs the judge`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Says why; Firestore tells of deletes that failed only by their code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const name = 'code' in error ? status[error.code as status] : undefined;
  return name === undefined || error.message.includes(name) ? error.message : `${error.message} (${name})`;
}

/** Lists the subscriptions of a project. @throws {CloudUnavailableError} as `answerOf`. */
export async function listSubscriptions({
  pubsub,
}: Pick<ProjectClients, 'pubsub'>): Promise<readonly Subscription[]> {
  const [found] = await answerOf('list the subscriptions of the project', pubsub.getSubscriptions());
  return found;
}
