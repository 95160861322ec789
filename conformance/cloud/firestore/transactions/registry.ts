import { status } from '@grpc/grpc-js';
import type { Clock } from '../../clock.ts';
import { RpcError } from '../../rpc/service.ts';
import type { Database, Snapshot } from '../store/database.ts';
import { invalid } from '../wire/fields.ts';
import type { Transaction } from './transaction.ts';

const IDLE_MS_MAX = 60_000;
const AGE_MS_MAX = 270_000;
const EXPIRED_REMEMBERED_MAX = 1000;
const TOKENS_PER_LIFE = 1n << 40n;

/** The transactions that are under way, found by the token that the client holds. */
export interface TransactionRegistry {
  /** @param snapshot what a read-only transaction sees; a read-write one has none. */
  begin(database: Database, begun_micros: bigint, snapshot: Snapshot | undefined): Transaction;
  /**
   * Finds the transaction of a token and renews its lease.
   *
   * @throws {RpcError} INVALID_ARGUMENT when it is unknown, closed, expired or of another database; ABORTED
   * when it lost against a rival and only waits to be rolled back.
   */
  require(database: Database, token: Buffer): Transaction;
  /** Like `require`, but `undefined` for a transaction that is over; throws only for what never was one. */
  find(database: Database, token: Buffer): Transaction | undefined;
  /** Ends a transaction and forgets what it holds. */
  end(transaction: Transaction, state: 'aborted' | 'closed' | 'expired'): void;
}

/**
 * Creates an empty registry.
 *
 * @param ended told when a transaction ends, whichever way.
 * @param life  tells this process from earlier ones with the same storage, whose transactions are over.
 */
export function createTransactionRegistry(
  clock: Clock,
  ended: (transaction: Transaction) => void,
  life = 0,
): TransactionRegistry {
  const known = new Map<string, Transaction>();
  const expired = new Set<string>();
  const issued_before = BigInt(life) * TOKENS_PER_LIFE;
  let issued = issued_before;

  const end: TransactionRegistry['end'] = (transaction, state) => {
    transaction.state = state;
    transaction.observations.length = 0;
    transaction.snapshot?.release();
    // An aborted one stays known until its client rolls it back, so that its other calls hear ABORTED too.
    if (state !== 'aborted') known.delete(transaction.token);
    if (state === 'expired') expired.add(transaction.token);
    for (const oldest of expired) {
      if (expired.size > EXPIRED_REMEMBERED_MAX) expired.delete(oldest);
    }
    ended(transaction);
  };
  const expireIfDue = (transaction: Transaction) => {
    const now_ms = clock.nowMs();
    if (now_ms - transaction.used_ms > IDLE_MS_MAX || now_ms - transaction.begun_ms > AGE_MS_MAX) {
      end(transaction, 'expired');
    }
  };
  const find: TransactionRegistry['find'] = (database, bytes) => {
    const number = bytes.length === 8 ? bytes.readBigUInt64BE() : 0n;
    if (number === 0n || number > issued) throw invalid('the transaction is none that this server began');
    const transaction = known.get(bytes.toString('hex'));
    if (transaction !== undefined) expireIfDue(transaction);
    if (transaction === undefined || transaction.state === 'expired') return undefined;
    if (transaction.of !== database) throw invalid('the transaction belongs to another database');
    return transaction;
  };

  return {
    begin(database, begun_micros, snapshot) {
      for (const transaction of known.values()) expireIfDue(transaction);
      issued += 1n;
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(issued);
      const transaction: Transaction = {
        token: bytes.toString('hex'),
        of: database,
        begun_ms: clock.nowMs(),
        used_ms: clock.nowMs(),
        begun_micros,
        state: 'open',
        snapshot,
        observations: [],
        valid_at_version: database.version(),
      };
      known.set(transaction.token, transaction);
      return transaction;
    },
    require(database, bytes) {
      const transaction = find(database, bytes);
      if (transaction === undefined) {
        throw overError(expired.has(bytes.toString('hex')) || bytes.readBigUInt64BE() <= issued_before);
      }
      requireOpen(transaction);
      transaction.used_ms = clock.nowMs();
      return transaction;
    },
    find,
    end,
  };
}

/** Refuses a transaction that ended while a call of its own was waiting. */
export function requireOpen(transaction: Transaction): void {
  if (transaction.state === 'aborted') {
    throw new RpcError(status.ABORTED, 'the transaction lost against a concurrent write; run it again');
  }
  if (transaction.state !== 'open') throw overError(transaction.state === 'expired');
}

function overError(expired: boolean): RpcError {
  // Clients look for "transaction has expired" to decide whether to run the transaction again.
  return invalid(
    expired
      ? 'The referenced transaction has expired or is no longer valid: it was idle for 60 s, or 270 s old'
      : 'the transaction is closed: it was committed or rolled back',
  );
}
