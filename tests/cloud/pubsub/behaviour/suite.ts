import type { Backend } from '../drive/backend.ts';
import { describeAdministration } from './administration.suite.ts';
import { describeDeadLetter } from './delivery/dead-letter.suite.ts';
import { describeExactlyOnce } from './delivery/exactly-once.suite.ts';
import { describeOrdering } from './delivery/ordering.suite.ts';
import { describePull } from './delivery/pull.suite.ts';
import { describePush } from './delivery/push.suite.ts';
import { describePushIdentity } from './delivery/push-identity.suite.ts';
import { describeStreaming } from './delivery/streaming.suite.ts';
import { describeFilters } from './filters.suite.ts';
import { describeSchemas } from './schemas.suite.ts';
import { describeSeek } from './seek.suite.ts';
import { describeSubscriptions } from './subscriptions.suite.ts';
import { describeTopics } from './topics.suite.ts';

/** States everything that a Pub/Sub must do, whoever serves it. */
export function describePubsub(backend: () => Backend): void {
  describeTopics(backend);
  describeSubscriptions(backend);
  describePull(backend);
  describeOrdering(backend);
  describeStreaming(backend);
  describePush(backend);
  describeDeadLetter(backend);
  describePushIdentity(backend);
  describeFilters(backend);
  describeExactlyOnce(backend);
  describeSeek(backend);
  describeAdministration(backend);
  describeSchemas(backend);
}
