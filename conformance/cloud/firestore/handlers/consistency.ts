import type { Wire } from '../../rpc/service.ts';
import type { Consistency, TransactionOptions } from '../transactions/access.ts';
import { bytesOf, invalid, messageOf, requireServedFields, unserved } from '../wire/fields.ts';

/** Names of the request fields that `consistencyFromWire` reads; `readTime` among them, to be refused by name. */
export const CONSISTENCY_FIELDS = ['consistencySelector', 'transaction', 'newTransaction', 'readTime'];

/**
 * Reads which state of the database a request wants.
 *
 * @throws {RpcError} UNIMPLEMENTED for a read time: this server keeps no past.
 */
export function consistencyFromWire(request: Wire, label: string): Consistency {
  if (messageOf(request, 'readTime') !== undefined) throw unserved(`${label}.read_time`);
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
    requireServedFields(read_only, 'TransactionOptions.read_only', []);
    return { mode: 'read_only', retried: undefined };
  }
  const retried = bytesOf(messageOf(options, 'readWrite') ?? {}, 'retryTransaction');
  return { mode: 'read_write', retried };
}

/** Reads the token that a request cannot do without. */
export function tokenFromWire(request: Wire): Buffer {
  const token = bytesOf(request, 'transaction');
  if (token === undefined) throw invalid('expected a transaction, got none');
  return token;
}
