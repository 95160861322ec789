import { status } from '@grpc/grpc-js';
import type { Observer } from '../../calls.ts';
import type { Clock } from '../../clock.ts';
import { currentOrigin } from '../../origin.ts';
import { RpcError } from '../../rpc/service.ts';
import type { Database, Snapshot } from '../store/database.ts';
import type { DocumentView } from '../store/document.ts';
import { PAST_MICROS } from '../store/past.ts';
import { createTimeline, type Timeline } from '../store/timeline.ts';
import { invalid } from '../wire/fields.ts';
import { formatDatabase } from '../wire/names.ts';
import { applyWrites, type WriteOutcome } from '../writes/apply.ts';
import type { Write } from '../writes/write.ts';
import { createTransactionRegistry, requireOpen, type TransactionRegistry } from './registry.ts';
import { findConflict, type Sighting, type Transaction } from './transaction.ts';
import { createTurns, type Turns } from './turns.ts';

/** Which state of the database a read wants. */
export type Consistency =
  | { readonly kind: 'committed' }
  /** As it was at a time, in microseconds since the Unix epoch. */
  | { readonly kind: 'past'; readonly micros: bigint }
  | { readonly kind: 'transaction'; readonly token: Buffer }
  | { readonly kind: 'new_transaction'; readonly options: TransactionOptions };

/** How a transaction begins. */
export interface TransactionOptions {
  readonly mode: 'read_only' | 'read_write';
  /** The transaction that this one repeats; checked, and otherwise without effect. */
  readonly retried: Buffer | undefined;
  /** As of when a read-only transaction sees the database; `undefined` for now. */
  readonly read_micros?: bigint | undefined;
}

/** One read: what it is called, what it queues for, and how it looks. */
export interface Reading {
  readonly label: string;
  /** Turns that a transaction takes when this is its first read. */
  readonly keys: readonly string[];
  readonly read: (view: DocumentView) => readonly Sighting[];
}

/** What a read answers. */
export interface ReadAnswer {
  readonly sightings: readonly Sighting[];
  readonly read_micros: bigint;
  /** The token of the transaction that this read began. */
  readonly begun: Buffer | undefined;
}

/** What a commit did, one outcome per write, and when. */
export interface Committed {
  readonly outcomes: readonly WriteOutcome[];
  readonly commit_micros: bigint;
}

/** Reads and commits, isolated from one another. */
export interface Access {
  begin(database: Database, options: TransactionOptions): Buffer;
  read(database: Database, consistency: Consistency, reading: Reading): Promise<ReadAnswer>;
  commit(database: Database, writes: readonly Write[], token: Buffer | undefined): Promise<Committed>;
  rollback(database: Database, token: Buffer): void;
  /** Removes every document, as one commit. */
  clear(database: Database): void;
  /** A time at which every commit so far is visible, and no later one is. */
  now(): bigint;
}

/** Names the turn of those who query a collection, or all collections of an id. */
export function collectionKey(collection: readonly string[], all_descendants: boolean): string {
  return all_descendants ? `group:${collection.at(-1) ?? ''}` : `in:${collection.join('/')}`;
}

/**
 * Creates the access to all databases.
 *
 * @param patience_ms how long a silent transaction keeps its rivals waiting; 0 never.
 * @param observe     told of every commit that wrote something, once it holds.
 * @param before      what an earlier process with the same storage left.
 */
export function createAccess(
  clock: Clock,
  patience_ms: number,
  observe: Observer,
  before: { readonly life: number; readonly committed_micros: bigint } = { life: 0, committed_micros: 0n },
): Access {
  const turns = createTurns(clock, patience_ms);
  const registry = createTransactionRegistry(clock, ({ token }) => turns.release(token), before.life);
  const timeline = createTimeline(clock, before.committed_micros);
  const shared: Shared = { clock, observe, turns, registry, timeline };
  let writers = 0;
  return {
    begin: (database, options) => Buffer.from(begin(shared, database, options).token, 'hex'),
    async read(database, consistency, reading) {
      if (consistency.kind === 'committed') {
        return {
          sightings: reading.read(database),
          read_micros: shared.timeline.readTime(),
          begun: undefined,
        };
      }
      if (consistency.kind === 'past') return readPast(shared, database, consistency.micros, reading);
      if (consistency.kind === 'transaction') {
        return readWithin(shared, registry.require(database, consistency.token), reading);
      }
      const transaction = begin(shared, database, consistency.options);
      const answer = await readWithin(shared, transaction, reading);
      return { ...answer, begun: Buffer.from(transaction.token, 'hex') };
    },
    async commit(database, writes, token) {
      if (token !== undefined) return commitTransaction(shared, registry.require(database, token), writes);
      writers += 1;
      return commitPlain(shared, database, writes, `write ${writers}`);
    },
    rollback(database, token) {
      const transaction = registry.find(database, token);
      if (transaction !== undefined) registry.end(transaction, 'closed');
    },
    clear(database) {
      const everything = { parent: [], collection_id: undefined, all_descendants: true };
      const writes = [...database.select(everything)].map(
        ({ name, path, segments }): Write => ({
          ...{ name, path, segments },
          precondition: { kind: 'none' },
          change: { kind: 'delete' },
        }),
      );
      put(shared, database, writes);
    },
    now: () => shared.timeline.readTime(),
  };
}

interface Shared {
  readonly clock: Clock;
  readonly observe: Observer;
  readonly turns: Turns;
  readonly registry: TransactionRegistry;
  readonly timeline: Timeline;
}

function begin(shared: Shared, database: Database, options: TransactionOptions): Transaction {
  if (options.retried !== undefined) shared.registry.find(database, options.retried);
  const { mode, read_micros } = options;
  if (read_micros !== undefined) {
    const past = openPast(shared, database, read_micros);
    return shared.registry.begin(database, read_micros, past);
  }
  const begun_micros = shared.timeline.readTime();
  return shared.registry.begin(
    database,
    begun_micros,
    mode === 'read_only' ? database.snapshot() : undefined,
  );
}

function readPast(shared: Shared, database: Database, micros: bigint, reading: Reading): ReadAnswer {
  const past = openPast(shared, database, micros);
  const sightings = reading.read(past);
  past.release();
  return { sightings, read_micros: micros, begun: undefined };
}

/** Opens the database as it was. @throws {RpcError} FAILED_PRECONDITION for too long ago, INVALID_ARGUMENT for later. */
function openPast({ clock, timeline }: Shared, database: Database, micros: bigint): Snapshot {
  const age_micros = BigInt(Math.floor(clock.nowMs())) * 1000n - micros;
  if (!timeline.reach(micros)) throw invalid(`read_time lies ${-age_micros} microseconds in the future`);
  const past = age_micros > PAST_MICROS ? undefined : database.snapshotAt(micros);
  if (past !== undefined) return past;
  throw new RpcError(
    status.FAILED_PRECONDITION,
    `read_time is too old: it lies ${age_micros / 1_000_000n} seconds back; documents are remembered for an hour, and ` +
      'in a database with many writes for a shorter time',
  );
}

async function readWithin(shared: Shared, transaction: Transaction, reading: Reading): Promise<ReadAnswer> {
  if (transaction.snapshot !== undefined) {
    const sightings = reading.read(transaction.snapshot);
    return { sightings, read_micros: transaction.begun_micros, begun: undefined };
  }
  await waitForTurn(shared, transaction, reading.keys);
  requireUndisturbed(shared, transaction);
  const seen = reading.read(transaction.of);
  transaction.observations.push({ label: reading.label, read: reading.read, seen });
  return { sightings: seen, read_micros: shared.timeline.readTime(), begun: undefined };
}

async function commitTransaction(
  shared: Shared,
  transaction: Transaction,
  writes: readonly Write[],
): Promise<Committed> {
  try {
    if (transaction.snapshot !== undefined && writes.length > 0) {
      throw invalid('a read-only transaction must not write');
    }
    await waitForTurn(shared, transaction, writes.flatMap(writeKeys));
    requireUndisturbed(shared, transaction);
    return put(shared, transaction.of, writes);
  } finally {
    // Whatever came of it, a transaction ends with its commit; an aborted one is already over.
    if (transaction.state === 'open') shared.registry.end(transaction, 'closed');
  }
}

async function commitPlain(
  shared: Shared,
  database: Database,
  writes: readonly Write[],
  owner: string,
): Promise<Committed> {
  await shared.turns.take(owner, inDatabase(database, writes.flatMap(writeKeys)));
  try {
    return put(shared, database, writes);
  } finally {
    shared.turns.release(owner);
  }
}

/** Only a transaction that has read nothing waits: who waits holds nothing, hence no deadlock. */
async function waitForTurn(shared: Shared, transaction: Transaction, keys: readonly string[]): Promise<void> {
  if (transaction.observations.length > 0 || shared.turns.isKnown(transaction.token)) {
    return shared.turns.touch(transaction.token);
  }
  await shared.turns.take(transaction.token, inDatabase(transaction.of, keys));
  requireOpen(transaction);
  transaction.used_ms = shared.clock.nowMs();
}

function requireUndisturbed(shared: Shared, transaction: Transaction): void {
  const version = transaction.of.version();
  if (transaction.valid_at_version === version) return;
  const lost = findConflict(transaction.observations, transaction.of);
  transaction.valid_at_version = version;
  if (lost === undefined) return;
  shared.registry.end(transaction, 'aborted');
  throw new RpcError(
    status.ABORTED,
    `a concurrent write changed what this transaction had read (${lost.label}); run it again`,
  );
}

function put(shared: Shared, database: Database, writes: readonly Write[]): Committed {
  const commit_micros = shared.timeline.commitTime();
  const { changes, outcomes } = applyWrites(database.get, writes, commit_micros);
  database.apply(changes, commit_micros);
  if (changes.size > 0) {
    shared.observe({
      kind: 'commit',
      origin: currentOrigin(),
      project: database.project,
      writes: [...changes].map(([path, document]) => ({ path, deleted: document === undefined })),
      committed_at_ms: Number(commit_micros / 1000n),
    });
  }
  return { outcomes, commit_micros };
}

function inDatabase(database: Transaction['of'], keys: readonly string[]): readonly string[] {
  const prefix = formatDatabase(database);
  return keys.map((key) => `${prefix} ${key}`);
}

function writeKeys({ path, segments }: Write): readonly string[] {
  const collection = segments.slice(0, -1);
  return [path, collectionKey(collection, false), collectionKey(collection, true)];
}
