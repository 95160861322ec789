import { PipelineError } from '../../errors/pipeline-error.ts';

/** Somebody else wrote in between: NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED. */
const CONFLICTS: readonly unknown[] = [5, 6, 9, 10];

/** How long one call may take before the delivery is nacked instead of hanging; reads and writes of one document. */
export const DOCUMENT_MS_MAX = 5_000;

/** The same for calls that move many documents. */
export const BATCH_MS_MAX = 20_000;

/**
 * Await a Firestore call for a limited time, with its errors in the reference's words.
 *
 * Google's client repeats a call for up to ten minutes, which outlasts every ack deadline. After the limit the outcome
 * of a write is unknown: it may land later, which is why every decision is committed under a precondition.
 *
 * @throws {PipelineError} STORE_CONFLICT when a precondition did not hold; STORE_UNAVAILABLE for everything else.
 */
export async function callStore<Result>(
  what: string,
  ms_max: number,
  call: Promise<Result>,
): Promise<Result> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    limit = setTimeout(() => reject(new Error(`no answer within ${ms_max} ms`)), ms_max);
  });
  // Whichever of the two is left over when the other has decided must not become an unhandled rejection.
  late.catch(() => undefined);
  call.catch(() => undefined);
  try {
    return await Promise.race([call, late]);
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    const reason = error instanceof Error ? error.message : String(error);
    throw CONFLICTS.includes(code)
      ? new PipelineError(
          'STORE_CONFLICT',
          `expected to ${what} undisturbed, got: ${reason}`,
          { what },
          error,
        )
      : new PipelineError(
          'STORE_UNAVAILABLE',
          `expected Firestore to ${what}, got: ${reason}; the redelivery tries again, look at Firestore if it goes on`,
          { what },
          error,
        );
  } finally {
    clearTimeout(limit);
  }
}
