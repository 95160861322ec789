/** The journal of a date and run: entries that are created once, numbered without a gap, and never changed. */

import { randomUUID } from 'node:crypto';
import { get, put, query } from '../google.mjs';
import { apply, nothing } from './batch.mjs';

const journals = new Map();

/** Runs `work` with the journal read to its end, one caller after the other within this process. */
export function withJournal(game_date, run, work) {
  const key = `${game_date}.r${run}`;
  if (!journals.has(key)) journals.set(key, { key, length: 0, state: nothing(), last: Promise.resolve() });
  const journal = journals.get(key);
  const turn = journal.last.then(async () => {
    await readOn(journal);
    return work(journal);
  });
  journal.last = turn.catch(() => undefined);
  return turn;
}

/** Appends an entry if nobody else did since the journal was read; else reads on and gives false. */
export async function append(journal, entry) {
  const written = { ...entry, token: randomUUID() };
  const path = pathOf(journal, journal.length + 1);
  let is_done;
  try {
    is_done = await put(path, written, null);
  } catch (error) {
    const there = await get(path);
    if (there === null) throw error;
    is_done = there.fields.token === written.token;
  }
  await (is_done ? take(journal, written) : readOn(journal));
  return is_done;
}

async function readOn(journal) {
  const after = journal.length > 0 ? numbered(journal.length) : undefined;
  const found = await query(`phase5/${journal.key}`, 'entries', { after });
  for (const { fields } of found) take(journal, fields);
}

function take(journal, entry) {
  journal.length += 1;
  apply(journal.state, entry);
}

function pathOf(journal, number) {
  return `phase5/${journal.key}/entries/${numbered(number)}`;
}

function numbered(number) {
  return String(number).padStart(9, '0');
}
