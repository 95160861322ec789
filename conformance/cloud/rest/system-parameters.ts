import { status } from '@grpc/grpc-js';
import { RpcError } from '../rpc/service.ts';
import type { EnumStyle } from './json/write.ts';

/** Query parameters of every Google API. Apart from the form of the answer they change nothing that this server does. */
const SYSTEM_PARAMETERS = new Set([
  'alt',
  '$alt',
  'key',
  'access_token',
  'prettyPrint',
  '$prettyPrint',
  'quotaUser',
]);

/** Tells whether a query parameter is one that every Google API has. */
export function isSystemParameter(name: string): boolean {
  return SYSTEM_PARAMETERS.has(name);
}

/**
 * Reads the form of the answer out of `alt` or `$alt`: `json`, or `json;enum-encoding=int`, which Google's generated
 * clients ask for.
 *
 * @throws {RpcError} UNIMPLEMENTED for any other form.
 */
export function enumStyleOf(query: URLSearchParams): EnumStyle {
  let style: EnumStyle = 'names';
  for (const name of ['alt', '$alt']) {
    for (const value of query.getAll(name)) {
      if (value === 'json;enum-encoding=int') style = 'numbers';
      else if (value !== 'json') {
        throw new RpcError(
          status.UNIMPLEMENTED,
          `the embedded cloud answers in JSON only (json, json;enum-encoding=int), got ${name}=${value}`,
        );
      }
    }
  }
  return style;
}
