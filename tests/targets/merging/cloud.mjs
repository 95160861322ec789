import { Firestore } from '@google-cloud/firestore';
import { v1 } from '@google-cloud/pubsub';
import grpc from '@grpc/grpc-js';

const PROJECT = process.env['GOOGLE_CLOUD_PROJECT'];
const ANSWER_MS_MAX = 4_000;

/** The store. */
export const store = new Firestore({ projectId: PROJECT });

const [host, port] = String(process.env['PUBSUB_EMULATOR_HOST']).split(':');
const publisher = new v1.PublisherClient({
  projectId: PROJECT,
  servicePath: host,
  port: Number(port),
  sslCreds: grpc.credentials.createInsecure(),
});

/** One attempt, so that nothing is sent after the caller has given up; it resolves when the broker has confirmed. */
export async function publishOnce(topic, message, ms_max) {
  const data = Buffer.from(JSON.stringify(message));
  const attributes = { sent_by: 'merging', correlation_id: message.correlation_id };
  await publisher.publish(
    { topic: `projects/${PROJECT}/topics/${topic}`, messages: [{ data, attributes }] },
    { timeout: ms_max, retry: { retryCodes: [], backoffSettings: {} } },
  );
}

/** Waits no longer than a delivery can wait. What the store still does afterwards, a redelivery finds. */
export function soon(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS_MAX} ms`)), ANSWER_MS_MAX);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
