import { createHash, randomUUID } from 'node:crypto';
import { publishOnce, soon, store } from './cloud.mjs';

const HOLD_MS = Number(process.env['HOLD_MS'] ?? 60_000);
const MARGIN_MS = 250;
const ALREADY_EXISTS = 6;
const FAILED_PRECONDITION = 9;

/** Somebody else is sending the trigger right now. */
export class UnderWay extends Error {}

/**
 * Sends a trigger that is owed: whoever creates its document sends it, and writes down when the broker has confirmed.
 *
 * @param key the document's name; it contains the game_date.
 * @returns whether it was sent now; false when it went out before.
 * @throws {UnderWay} while another holds it.
 */
export async function settle(key, topic, build) {
  const place = store.collection('sent_or_being_sent').doc(key);
  const held = (await take(place, build)) ?? (await takeOver(place));
  if (held === undefined) return false;
  const left_ms = held.held_until_ms - Date.now() - MARGIN_MS;
  if (left_ms <= 0) throw new UnderWay('this instance was asleep for longer than it may hold the trigger');
  try {
    await publishOnce(topic, JSON.parse(held.message), left_ms);
  } catch (error) {
    await letGo(place, held.holder).catch(() => {});
    throw error;
  }
  await soon(place.update({ confirmed_at: new Date().toISOString() }));
  return true;
}

async function take(place, build) {
  const document = { game_date: '', confirmed_at: null, ...mine(), ...build() };
  try {
    await soon(place.create(document));
    return document;
  } catch (error) {
    if (error.code === ALREADY_EXISTS) return undefined;
    throw error;
  }
}

async function takeOver(place) {
  const found = await soon(place.get());
  const document = found.data();
  if (document === undefined) throw new UnderWay('the trigger was there a moment ago');
  if (document.confirmed_at !== null) return undefined;
  if (document.held_until_ms > Date.now()) throw new UnderWay(`${document.holder} sends it`);
  const claim = mine();
  try {
    await soon(place.update(claim, { lastUpdateTime: found.updateTime }));
  } catch (error) {
    if (error.code === FAILED_PRECONDITION) throw new UnderWay('another was faster');
    throw error;
  }
  return { ...document, ...claim };
}

async function letGo(place, holder) {
  const found = await soon(place.get());
  if (found.get('holder') !== holder) return;
  await soon(place.update({ held_until_ms: 0 }, { lastUpdateTime: found.updateTime }));
}

function mine() {
  return { holder: randomUUID(), held_until_ms: Date.now() + HOLD_MS };
}

/** Make a name-based UUID, version 5. */
export function nameBased(namespace, name) {
  const space = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const hash = createHash('sha1').update(space).update(name).digest().subarray(0, 16);
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
