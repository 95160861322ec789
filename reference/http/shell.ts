import { PipelineError } from '../errors/pipeline-error.ts';
import type { HttpAnswer, HttpHandler, Logger } from '../ports/ports.ts';
import { logEvent } from '../watching/log-event.ts';

/**
 * Wrap a component so that it always answers and never throws.
 *
 * A PipelineError answers with its own status and `{ error: code, message }`. Everything else answers 500 with
 * UNEXPECTED: a nack, so that a redelivery or the dead-letter topic keeps what was not finished.
 */
export function createShell(handler: HttpHandler, log: Logger): HttpHandler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      return answerError(error, `${request.method} ${request.path}`, log);
    }
  };
}

/** Write an error into the log and make its answer, as the shell does. */
export function answerError(error: unknown, where: string, log: Logger): HttpAnswer {
  const known = error instanceof PipelineError ? error : unexpected(error);
  const fields = { error_type: known.code, request: where, ...known.details };
  if (known.status >= 500) {
    logEvent(log, 'error', 'request_failed', known.message, { ...fields, stack: known.stack });
  } else log.warn(known.unquoted ?? known.message, fields);
  return { status: known.status, body: { error: known.code, message: known.message } };
}

function unexpected(error: unknown): PipelineError {
  const sentence = error instanceof Error ? error.message : String(error);
  return new PipelineError(
    'UNEXPECTED',
    `${sentence}; this is a fault of the program: keep the delivery and report it with its stack`,
    {},
    error,
  );
}
