import type { Wire } from '../../rpc/service.ts';
import type { Consistency, TransactionOptions } from '../transactions/access.ts';
import { bytesOf, invalid, messageOf, requireServedFields } from '../wire/fields.ts';
import { microsFromWire } from '../wire/timestamps.ts';

/** Names of the request fields that `consistencyFromWire` reads. */
export const CONSISTENCY_FIELDS = ['consistencySelector', 'transaction', 'newTransaction', 'readTime'];

/** Reads which state of the database a request wants. */
export function consistencyFromWire(request: Wire): Consistency {
  const read_time = messageOf(request, 'readTime');
  if (read_time !== undefined) return { kind: 'past', micros: microsFromWire(read_time) };
  const token = bytesOf(request, 'transaction');
  if (token !== undefined) return { kind: 'transaction', token };
  const options = messageOf(request, 'newTransaction');
  if (options !== undefined) return { kind: 'new_transaction', options: optionsFromWire(options) };
  return { kind: 'committed' };
}

/** Reads how a transaction begins; read-write unless it says otherwise. */
export function optionsFromWire(options: Wire): TransactionOptions {
  requireServedFields(options, 'TransactionOptions', ['mode', 'readOnly', 'readWrite']);
  const read_only = messageOf(options, 'readOnly');
  if (read_only !== undefined) {
    requireServedFields(read_only, 'TransactionOptions.read_only', ['consistencySelector', 'readTime']);
    const read_time = messageOf(read_only, 'readTime');
    const read_micros = read_time === undefined ? undefined : microsFromWire(read_time);
    return { mode: 'read_only', retried: undefined, read_micros };
  }
  const retried = bytesOf(messageOf(options, 'readWrite') ?? {}, 'retryTransaction');
  return { mode: 'read_write', retried, read_micros: undefined };
}

/** Reads the token that a request cannot do without. */
export function tokenFromWire(request: Wire): Buffer {
  const token = bytesOf(request, 'transaction');
  if (token === undefined) throw invalid('expected a transaction, got none');
  return token;
}
