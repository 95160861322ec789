import { createHash } from 'node:crypto';
import { type Book, openBook } from './book.ts';
import { type Connection, drain, inspect, prepare, work } from './clients.ts';
import { startCloud } from './program.ts';

/** What a run with kills found. */
export interface KillsResult {
  readonly kills: number;
  readonly answers: number;
  /** Of which these were commits, messages published and messages acked. */
  readonly commits: number;
  readonly published: number;
  readonly acked: number;
  readonly faults: readonly string[];
}

/** Most calls that clients make before a kill. */
const CALLS_MAX = 120;

/**
 * Starts the cloud, lets clients work, kills it at a call that the seed chooses, and so on; looks after each start, and takes
 * everything out at the end.
 *
 * @param file    the bundled program; `args` are its flags.
 * @param told    called after each kill.
 */
export async function runKills(
  { file, args, kills, seed }: { file: string; args: readonly string[]; kills: number; seed: number },
  told: (kills: number, book: Book) => void = () => {},
): Promise<KillsResult> {
  const book = openBook();
  for (let life = 0; life < kills; life += 1) {
    const cloud = await startCloud(file, args);
    const quiet: Connection = { cloud, book, heard() {} };
    if (life === 0) await prepare(quiet);
    else await inspect(quiet);
    const [moment, at] = [
      drawn(seed, life, 'moment') % 2 === 0 ? 'sent' : 'answered',
      drawn(seed, life, 'at'),
    ];
    let left = 1 + (at % CALLS_MAX);
    let killed: Promise<void> | undefined;
    await work(
      {
        cloud,
        book,
        heard(what) {
          if (what === moment) left -= 1;
          if (left === 0) killed ??= cloud.kill();
        },
      },
      life,
    );
    await killed;
    told(life + 1, book);
    if (book.faults.length > 0) return summary(life + 1, book);
  }
  const cloud = await startCloud(file, args);
  const quiet: Connection = { cloud, book, heard() {} };
  try {
    await inspect(quiet);
    if (book.faults.length === 0) await drain(quiet);
  } finally {
    await cloud.kill();
  }
  return summary(kills, book);
}

function summary(kills: number, book: Book): KillsResult {
  const commits = [...book.written.values()].reduce((sum, { answered }) => sum + answered, 0);
  return {
    kills,
    answers: book.answers,
    commits,
    published: book.published.size,
    acked: book.acked.size,
    faults: book.faults,
  };
}

function drawn(seed: number, life: number, what: string): number {
  return createHash('sha256').update(`${seed} ${life} ${what}`).digest().readUInt32BE();
}
