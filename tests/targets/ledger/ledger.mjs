import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';

const SHIFT_MS = Number(process.env['SHIFT_MS'] ?? 600_000);
const projectId = process.env['GOOGLE_CLOUD_PROJECT'];
const topics = `http://${process.env['PUBSUB_EMULATOR_HOST']}/v1/projects/${projectId}/topics`;

/** The store. */
export const store = new Firestore({ projectId });

/** Another is at it. */
export class Occupied extends Error {}

/** Publishes once; returning means that the broker has it. */
async function publish(topic, message, ms_max) {
  if (ms_max <= 0) throw new Occupied('the shift is over');
  const data = Buffer.from(JSON.stringify(message)).toString('base64');
  const { correlation_id, game_date } = message;
  const answer = await fetch(`${topics}/${topic}:publish`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ data, attributes: { correlation_id, game_date, from: 'ledger' } }] }),
    signal: AbortSignal.timeout(ms_max),
  });
  if (!answer.ok) throw new Error(`publishing to ${topic} was answered ${answer.status}`);
}

/**
 * Does a piece of work once, and tells of it until the broker has every message.
 *
 * The entry of the ledger says who is at it and until when, what came of it, and which messages are still to be told.
 *
 * @param key names the work; it contains the game_date.
 * @param inputs what the work reads, as text. Work without success is done again for other inputs.
 * @param work makes the result: its status, and the messages by topic.
 */
export async function once(key, inputs, work) {
  const entry = store.collection('ledger').doc(key);
  const shift = randomUUID();
  const found = await store.runTransaction(async (transaction) => {
    const known = (await transaction.get(entry)).data();
    if (known?.shift && known.until_ms > Date.now()) throw new Occupied(`${key} is being worked on`);
    const is_told = known !== undefined && known.open.length === 0 && known.status !== null;
    const is_good = known?.status === 'success' || known?.status === 'partial';
    if (is_told && (is_good || known.inputs === inputs)) return undefined;
    const kept =
      known === undefined || is_told ? { status: null, open: [], execution_id: randomUUID() } : known;
    const mine = { ...kept, inputs, shift, until_ms: Date.now() + SHIFT_MS };
    transaction.set(entry, mine);
    return mine;
  });
  if (found === undefined) return;
  try {
    const done = found.status === null ? await finish(entry, found, work) : found;
    await tell(entry, done);
  } catch (error) {
    await leave(entry, shift).catch(() => {});
    throw error;
  }
}

async function finish(entry, found, work) {
  const { status, messages } = await work(found.execution_id);
  const open = messages.map(([topic, message]) => JSON.stringify([topic, message]));
  await mine(entry, found.shift, { status, open });
  return { ...found, status, open };
}

async function tell(entry, { open, until_ms, shift }) {
  for (let at = 0; at < open.length; at++) {
    const [topic, message] = JSON.parse(open[at]);
    await publish(topic, message, until_ms - Date.now() - 250);
    await mine(entry, shift, { open: open.slice(at + 1) });
  }
  await mine(entry, shift, { shift: null });
}

/** Changes the entry if it is still this shift's. */
async function mine(entry, shift, change) {
  await store.runTransaction(async (transaction) => {
    const known = (await transaction.get(entry)).data();
    if (known?.shift !== shift) throw new Occupied('another shift has begun');
    transaction.update(entry, change);
  });
}

function leave(entry, shift) {
  return mine(entry, shift, { shift: null });
}
