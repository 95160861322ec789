import type { FirestoreBackend } from '../world.ts';
import { describeDocuments } from './documents.suite.ts';
import { describeListening } from './listening.suite.ts';
import { describeQueries } from './queries.suite.ts';
import { describeReadTime } from './read-time.suite.ts';
import { describeRefusals } from './refusals.suite.ts';
import { describeTransactions } from './transactions.suite.ts';
import { describeValues } from './values.suite.ts';
import { describeVectors } from './vectors.suite.ts';

/** States everything that a Firestore must do, whoever serves it. */
export function describeFirestore(backend: () => FirestoreBackend): void {
  describeDocuments(backend);
  describeValues(backend);
  describeQueries(backend);
  describeVectors(backend);
  describeTransactions(backend);
  describeReadTime(backend);
  describeListening(backend);
  describeRefusals(backend);
}
