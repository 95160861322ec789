import { fc } from '@fast-check/vitest';

/** What is done on both clouds at the same time. */
export interface Side {
  /** As results and options call it. */
  readonly name: 'firestore' | 'pubsub';
  readonly any: fc.Arbitrary<readonly unknown[]>;
  /** Carries a sequence out on both. @throws {Difference} at the first step whose outcomes differ. */
  run(operations: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

/** One step that did not have the same outcome on both clouds. */
class Difference extends Error {
  readonly step: number;
  readonly embedded: string;
  readonly google: string;

  constructor(step: number, operation: unknown, embedded: string, google: string) {
    super(`step ${step}, ${JSON.stringify(operation)}: embedded ${embedded}; Google ${google}`);
    this.name = 'Difference';
    this.step = step;
    this.embedded = embedded;
    this.google = google;
  }
}

/**
 * A step that says nothing of either cloud when it differs once: one of them did not answer in time, on a machine that is too
 * busy, or a stream had ended before it (`after-stream`).
 */
class Inconclusive extends Error {}

const DEADLINE_EXCEEDED = '"error":4,';
const AFTER_STREAM = '"after_stream":true';
const ATTEMPTS = 5;

/** Carries a sequence out, and again from the start where a step that differs says nothing. */
async function runAgain(side: Side, operations: readonly unknown[], attempts = ATTEMPTS): Promise<void> {
  try {
    await side.run(operations);
  } catch (error) {
    if (!(error instanceof Inconclusive) || attempts <= 1) throw error;
    await runAgain(side, operations, attempts - 1);
  }
}

/**
 * Compares what one step gave on both clouds. What an error says in words (`says`) is shown, but not compared.
 *
 * @throws {Difference} if they are not the same.
 */
export function requireSame(step: number, operation: unknown, outcomes: readonly unknown[]): void {
  const compared = outcomes.map((each) =>
    JSON.stringify(each, (name, value) => (name === 'says' ? undefined : value)),
  );
  const [embedded, google] = outcomes.map((each) => JSON.stringify(each));
  if (compared[0] === compared[1]) return;
  if (embedded?.includes(DEADLINE_EXCEEDED) || google?.includes(DEADLINE_EXCEEDED)) {
    throw new Inconclusive(`step ${step} was not answered in time: embedded ${embedded}; Google ${google}`);
  }
  if (embedded?.includes(AFTER_STREAM)) {
    throw new Inconclusive(`step ${step} differs after a stream: embedded ${embedded}; Google ${google}`);
  }
  throw new Difference(step, operation, embedded ?? '', google ?? '');
}

/** A sequence that differs, made short. */
export interface Found {
  readonly seed: number;
  readonly operations: string;
  readonly because: string;
  /** Whether the short sequence differs again when it is carried out once more. */
  readonly comes_again: boolean;
}

const SHRINK_MS = 120_000;

/** Draws one sequence by its seed, carries it out, and makes it short if it differs. */
export async function trySequence(side: Side, seed: number): Promise<Found | undefined> {
  const property = fc.asyncProperty(side.any, (operations) => runAgain(side, operations));
  const result = await fc.check(property, { seed, numRuns: 1, interruptAfterTimeLimit: SHRINK_MS });
  if (!result.failed || result.counterexample === null) return undefined;
  const [operations] = result.counterexample;
  const again = await runAgain(side, operations).then(
    () => undefined,
    (error: Error) => error,
  );
  const first = result.errorInstance as Error | null;
  return {
    seed,
    operations: JSON.stringify(operations),
    because: String((again ?? first)?.message ?? again ?? first),
    comes_again: again !== undefined,
  };
}
