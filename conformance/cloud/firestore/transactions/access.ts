import { status } from '@grpc/grpc-js';
import type { Observer } from '../../calls.ts';
import type { Clock } from '../../clock.ts';
import { RpcError } from '../../rpc/service.ts';
import type { Database } from '../store/database.ts';
import type { DocumentView } from '../store/document.ts';
import { createTimeline } from '../store/timeline.ts';
import { invalid } from '../wire/fields.ts';
import { formatDatabase } from '../wire/names.ts';
import { applyWrites, type WriteOutcome } from '../writes/apply.ts';
import type { Write } from '../writes/write.ts';
import { createTransactionRegistry, requireOpen } from './registry.ts';
import { findConflict, type Sighting, type Transaction } from './transaction.ts';
import { createTurns } from './turns.ts';

/** Which state of the database a read wants. */
export type Consistency =
  | { readonly kind: 'committed' }
  | { readonly kind: 'transaction'; readonly token: Buffer }
  | { readonly kind: 'new_transaction'; readonly options: TransactionOptions };

/** How a transaction begins. */
export interface TransactionOptions {
  readonly mode: 'read_only' | 'read_write';
  /** The transaction that this one repeats; checked, and otherwise without effect. */
  readonly retried: Buffer | undefined;
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

/** Reads and commits, isolated from one another. */
export interface Access {
  begin(database: Database, options: TransactionOptions): Buffer;
  read(database: Database, consistency: Consistency, reading: Reading): Promise<ReadAnswer>;
  commit(
    database: Database,
    writes: readonly Write[],
    token: Buffer | undefined,
  ): Promise<{ outcomes: readonly WriteOutcome[]; commit_micros: bigint }>;
  rollback(database: Database, token: Buffer): void;
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
 */
export function createAccess(clock: Clock, patience_ms: number, observe: Observer): Access {
  const timeline = createTimeline(clock);
  const turns = createTurns(clock, patience_ms);
  const registry = createTransactionRegistry(clock, ({ token }) => turns.release(token));
  let writers = 0;

  const beginTransaction = (database: Database, options: TransactionOptions): Transaction => {
    if (options.retried !== undefined) registry.find(database, options.retried);
    return registry.begin(database, options.mode, timeline.readTime());
  };
  const waitForTurn = async (transaction: Transaction, keys: readonly string[]) => {
    // Only a transaction that has read nothing waits: who waits holds nothing, hence no deadlock.
    if (transaction.observations.length > 0 || turns.isKnown(transaction.token)) {
      return turns.touch(transaction.token);
    }
    await turns.take(transaction.token, inDatabase(transaction.of, keys));
    requireOpen(transaction);
    transaction.used_ms = clock.nowMs();
  };
  const requireUndisturbed = (database: Database, transaction: Transaction) => {
    if (transaction.valid_at_version === database.version()) return;
    const lost = findConflict(transaction.observations, database);
    transaction.valid_at_version = database.version();
    if (lost === undefined) return;
    registry.end(transaction, 'aborted');
    throw new RpcError(
      status.ABORTED,
      `a concurrent write changed what this transaction had read (${lost.label}); run it again`,
    );
  };
  const write = (database: Database, writes: readonly Write[]) => {
    const commit_micros = timeline.commitTime();
    const { changes, outcomes } = applyWrites(database.get, writes, commit_micros);
    database.apply(changes);
    if (changes.size > 0) {
      observe({
        kind: 'commit',
        project: database.project,
        writes: [...changes].map(([path, document]) => ({ path, deleted: document === undefined })),
        committed_at_ms: Number(commit_micros / 1000n),
      });
    }
    return { outcomes, commit_micros };
  };

  return {
    begin: (database, options) => Buffer.from(beginTransaction(database, options).token, 'hex'),
    async read(database, consistency, reading) {
      if (consistency.kind === 'committed') {
        return { sightings: reading.read(database), read_micros: timeline.readTime(), begun: undefined };
      }
      const isNew = consistency.kind === 'new_transaction';
      const transaction = isNew
        ? beginTransaction(database, consistency.options)
        : registry.require(database, consistency.token);
      const begun = isNew ? Buffer.from(transaction.token, 'hex') : undefined;
      if (transaction.snapshot !== undefined) {
        return {
          sightings: reading.read(transaction.snapshot),
          read_micros: transaction.begun_micros,
          begun,
        };
      }
      await waitForTurn(transaction, reading.keys);
      requireUndisturbed(database, transaction);
      const seen = reading.read(database);
      transaction.observations.push({ label: reading.label, read: reading.read, seen });
      return { sightings: seen, read_micros: timeline.readTime(), begun };
    },
    async commit(database, writes, token) {
      const keys = writes.flatMap(writeKeys);
      if (token === undefined) {
        writers += 1;
        const owner = `write ${writers}`;
        await turns.take(owner, inDatabase(database, keys));
        try {
          return write(database, writes);
        } finally {
          turns.release(owner);
        }
      }
      const transaction = registry.require(database, token);
      try {
        if (transaction.snapshot !== undefined && writes.length > 0) {
          throw invalid('a read-only transaction must not write');
        }
        await waitForTurn(transaction, keys);
        requireUndisturbed(database, transaction);
        return write(database, writes);
      } finally {
        // Whatever came of it, a transaction ends with its commit; an aborted one is already over.
        if (transaction.state === 'open') registry.end(transaction, 'closed');
      }
    },
    rollback(database, token) {
      const transaction = registry.find(database, token);
      if (transaction !== undefined) registry.end(transaction, 'closed');
    },
  };
}

function inDatabase(database: Transaction['of'], keys: readonly string[]): readonly string[] {
  const prefix = formatDatabase(database);
  return keys.map((key) => `${prefix} ${key}`);
}

function writeKeys({ path, segments }: Write): readonly string[] {
  const collection = segments.slice(0, -1);
  return [path, collectionKey(collection, false), collectionKey(collection, true)];
}
