import type { FirestoreBackend } from '../world.ts';
import { describeReads } from './documents/reads.suite.ts';
import { describeTransforms } from './documents/transforms.suite.ts';
import { describeValues } from './documents/values.suite.ts';
import { describeWriting } from './documents/writes.suite.ts';
import { describeListening } from './listening.suite.ts';
import { describeAnswers } from './queries/answers.suite.ts';
import { describeFilters } from './queries/filters.suite.ts';
import { describeOrder } from './queries/order.suite.ts';
import { describeVectors } from './queries/vectors.suite.ts';
import { describeReadTime } from './read-time.suite.ts';
import { describeRefusals } from './refusals.suite.ts';
import { describeTransactions } from './transactions.suite.ts';

/** States everything that a Firestore must do, whoever serves it. */
export function describeFirestore(backend: () => FirestoreBackend): void {
  describeWriting(backend);
  describeTransforms(backend);
  describeReads(backend);
  describeValues(backend);
  describeFilters(backend);
  describeOrder(backend);
  describeAnswers(backend);
  describeVectors(backend);
  describeTransactions(backend);
  describeReadTime(backend);
  describeListening(backend);
  describeRefusals(backend);
}
