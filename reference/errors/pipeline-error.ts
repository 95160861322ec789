/**
 * Every way in which the reference says no, with the HTTP status that says it and whether a redelivery may help.
 * docs/errors.md has a row for each: cause, ack or nack, and the operator's next step.
 */
export const PIPELINE_ERRORS = {
  INVALID_ENVELOPE: { status: 400, retryable: false },
  INVALID_JSON: { status: 400, retryable: false },
  INVALID_MESSAGE: { status: 400, retryable: false },
  INVALID_REQUEST: { status: 400, retryable: false },
  UNKNOWN_PROCESSOR: { status: 400, retryable: false },
  UNKNOWN_GAME_DATE: { status: 400, retryable: false },
  CALLER_UNKNOWN: { status: 401, retryable: false },
  CALLER_NOT_ALLOWED: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false },
  WORK_IN_PROGRESS: { status: 409, retryable: true },
  BODY_TOO_LARGE: { status: 413, retryable: false },
  BROKER_UNAVAILABLE: { status: 503, retryable: true },
  COMPONENT_UNAVAILABLE: { status: 503, retryable: true },
  KEYS_UNAVAILABLE: { status: 503, retryable: true },
  STORE_UNAVAILABLE: { status: 503, retryable: true },
  STORE_CONFLICT: { status: 503, retryable: true },
  INVALID_CONFIGURATION: { status: 500, retryable: false },
  INVALID_OUTGOING_MESSAGE: { status: 500, retryable: false },
  INVALID_FILE: { status: 500, retryable: false },
  UNEXPECTED: { status: 500, retryable: true },
} as const;

/** The closed list of error codes. */
export type PipelineErrorCode = keyof typeof PIPELINE_ERRORS;

/**
 * The one error of the reference. Its message starts with the code and says what was expected, what came, where,
 * and what to do next; `details` carry the values.
 */
export class PipelineError extends Error {
  readonly code: PipelineErrorCode;
  /** HTTP status of the answer; anything that is not an ack status is a nack. */
  readonly status: number;
  /** true: nack, and a redelivery may succeed. false: nack, and the dead-letter policy keeps it. */
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  /** What a log says instead of the message, which quotes what a sender sent; undefined where nothing is quoted. */
  readonly unquoted: string | undefined;

  /** @param unquoted  the sentence without values of the sender; `details` then must not hold any either. */
  constructor(
    code: PipelineErrorCode,
    sentence: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
    unquoted?: string,
  ) {
    super(`[${code}] ${sentence}`, cause === undefined ? undefined : { cause });
    this.name = 'PipelineError';
    this.code = code;
    this.status = PIPELINE_ERRORS[code].status;
    this.retryable = PIPELINE_ERRORS[code].retryable;
    this.details = details;
    this.unquoted = unquoted === undefined ? undefined : `[${code}] ${unquoted}`;
  }
}
