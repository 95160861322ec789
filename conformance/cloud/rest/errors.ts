import { status } from '@grpc/grpc-js';
import { ERROR_INFO_TYPE, type ErrorInfo } from '../rpc/error-details.ts';
import type { JsonObject } from './json/json.ts';

/** The HTTP status that Google's APIs answer for each gRPC status. */
const HTTP_STATUS: Readonly<Record<status, number>> = {
  [status.OK]: 200,
  [status.CANCELLED]: 499,
  [status.UNKNOWN]: 500,
  [status.INVALID_ARGUMENT]: 400,
  [status.DEADLINE_EXCEEDED]: 504,
  [status.NOT_FOUND]: 404,
  [status.ALREADY_EXISTS]: 409,
  [status.PERMISSION_DENIED]: 403,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.FAILED_PRECONDITION]: 400,
  [status.ABORTED]: 409,
  [status.OUT_OF_RANGE]: 400,
  [status.UNIMPLEMENTED]: 501,
  [status.INTERNAL]: 500,
  [status.UNAVAILABLE]: 503,
  [status.DATA_LOSS]: 500,
  [status.UNAUTHENTICATED]: 401,
};

/** Writes an error in the form that Google's REST APIs share. */
export function errorAnswer(
  code: status,
  message: string,
  info?: ErrorInfo,
): { readonly http_status: number; readonly json: JsonObject } {
  const http_status = HTTP_STATUS[code];
  const error = { code: http_status, message, status: status[code] };
  if (info === undefined) return { http_status, json: { error } };
  const { reason, metadata } = info;
  const details = [{ '@type': ERROR_INFO_TYPE, reason, metadata: { ...metadata } }];
  return { http_status, json: { error: { ...error, details } } };
}
