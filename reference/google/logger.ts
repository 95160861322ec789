import pino from 'pino';
import type { Logger } from '../ports/ports.ts';

/** Cloud Logging's names of pino's levels. */
const SEVERITIES: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/**
 * Make a logger that writes Cloud Logging's JSON to standard error: severity, message, time, and the fields.
 *
 * LOG_LEVEL decides what is written; without it a terminal sees only errors and everything else sees `info` and above.
 *
 * @param destination  where lines go instead of standard error.
 */
export function createLogger(
  environment: Readonly<Record<string, string | undefined>>,
  destination?: NodeJS.WritableStream & { readonly isTTY?: boolean },
): Logger {
  const level = environment['LOG_LEVEL'] || ((destination ?? process.stderr).isTTY ? 'error' : 'info');
  const log = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ severity: SEVERITIES[label] ?? 'DEFAULT' }) },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (sentence, fields = {}) => log.debug(fields, sentence),
    info: (sentence, fields = {}) => log.info(fields, sentence),
    warn: (sentence, fields = {}) => log.warn(fields, sentence),
    error: (sentence, fields = {}) => log.error(fields, sentence),
  };
}
