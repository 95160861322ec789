import { at, isObject, type Json, type JsonObject } from '../../json.ts';
import { retryBudgetSeconds } from '../../rules/subscriptions.ts';
import { type Party, uniqueParties } from '../model/change.ts';
import type { Edit } from '../model/edits.ts';
import {
  breaks,
  byDirection,
  byKind,
  type Contracts,
  everybody,
  fits,
  holdsLeases,
  ordered,
  type Rule,
  type Ruling,
  rulesAbout,
  runs,
  topicParties,
} from './ruling.ts';

const SUBSCRIPTION = 'x-subscriptions.*';

/** What changes of subscriptions and of deliveries mean; no schema shows any of it. */
export const DELIVERY_RULES: readonly Rule[] = [
  ...rulesAbout(ofSubscription, {
    [SUBSCRIPTION]: byKind({
      added: ordered(
        'Pub/Sub pushes at once; a receiver that does not serve the path yet fills the dead letters.',
        'Deploy the receiver first, then create the subscription. It gets what is sent from then on.',
      ),
      removed: breaks(
        'What is under way in the subscription is lost, and its receiver gets nothing more.',
        'Stop the senders or make sure that nobody needs the work; wait until the subscription is empty; then remove it.',
      ),
    }),
    [`${SUBSCRIPTION}.topic`]: breaks(
      'A subscription cannot change its topic: it is made anew, and what the old one holds is lost.',
      'Create a second subscription on the new topic, move the senders, and remove the old one when it is empty.',
    ),
    [`${SUBSCRIPTION}.component`]: ordered(
      'Deliveries go to another program.',
      'Deploy the other program first; then change the subscription; then stop the old program.',
    ),
    [`${SUBSCRIPTION}.push_path`]: breaks(
      'A receiver of today does not serve the new path, and a new one no longer the old: pushes are answered 404 until they are dead letters.',
      'Deploy the receiver with both paths, change the subscription, and take the old path away when nothing comes there any more.',
    ),
    [`${SUBSCRIPTION}.ack_deadline_seconds`]: deadlineRuling,
    [`${SUBSCRIPTION}.retry_policy`]: ({ after }, contracts) =>
      isObject(after)
        ? fits('A repeat waits from now on; before, it came at once.')
        : breaks(
            `A refused delivery is repeated at once, so its attempts are used up before the ${leaseOf(contracts.fresh)} s of a lease are over.`,
            'Keep a policy whose waits outlive the lease.',
          ),
    [`${SUBSCRIPTION}.retry_policy.*`]: retryRuling,
    [`${SUBSCRIPTION}.dead_letter`]: ({ after }) =>
      isObject(after)
        ? ordered(
            'Pub/Sub must be allowed to write to the topic and to ack in the subscription.',
            'Create the topic with its subscription and rights first, then change this subscription.',
          )
        : breaks(
            'A message that no receiver can take comes back until its retention ends, and then it is lost.',
            'Leave the dead letters.',
          ),
    [`${SUBSCRIPTION}.dead_letter.topic`]: ordered(
      'Pub/Sub must be allowed to write to the other topic, and people must read it.',
      'Create it with its subscription, rights and alert first; then change this subscription. What lies in the old one stays there.',
    ),
    [`${SUBSCRIPTION}.dead_letter.max_delivery_attempts`]: retryRuling,
    [`${SUBSCRIPTION}.message_retention_seconds`]: byDirection(
      fits('Messages are kept for longer.'),
      ({ before, after }) =>
        breaks(
          `What waits for longer than ${String(after)} s is lost; it was kept for ${String(before)} s.`,
          'See that nothing older waits in the subscription, and that an outage of the receiver can be mended within the new time.',
        ),
    ),
    [`${SUBSCRIPTION}.{ordering,enable_message_ordering}`]: breaks(
      'A subscription cannot change its ordering: it is made anew, and what the old one holds is lost. With ordering one message that is refused holds up all behind it.',
      'Create a second subscription, let its receiver serve both, and remove the old one when it is empty.',
    ),
    [`${SUBSCRIPTION}.{filter,enable_exactly_once_delivery}`]: breaks(
      'A receiver gets other messages, or gets them in another way, and a filter cannot be changed on a subscription that exists.',
      'Create a second subscription beside it, and remove the old one when it is empty.',
    ),
  }),
  ...rulesAbout(everybody, {
    'x-delivery.forms.*': byKind({
      added: ordered(
        'A receiver of today refuses a delivery in this form.',
        'Deploy every receiver first; then let deliveries come in it.',
      ),
      removed: breaks(
        'Deliveries of today come in this form.',
        'Change every subscription and trigger to another form first.',
      ),
    }),
    'x-delivery.ack_statuses.**': breaks(
      'Pub/Sub decides which answers are acks. A receiver that goes by another list loses messages or gets them again.',
      'Change it only when Pub/Sub did; then the receivers first.',
    ),
    'x-delivery.max_delivery_attempts': byDirection(
      fits('A delivery is tried more often.'),
      breaks(
        'A delivery that comes through today at a late attempt becomes a dead letter.',
        'See in the metrics how many attempts deliveries take; lower it when none takes that many.',
      ),
    ),
    'x-delivery.lease_seconds': leaseRuling,
    'x-delivery.publish_claim_seconds': byDirection(
      fits('A publish that died is taken over later.'),
      ordered(
        'A publish that takes longer than the claim is taken over by another instance and sent twice, under the same execution_id.',
        'See in the log how long publishes take; lower it when none takes that long.',
      ),
    ),
    'x-delivery.request_bytes_max': byDirection(
      ordered(
        'A receiver of today answers 413 to what a new sender may send.',
        'Deploy the receivers first, then send larger messages.',
      ),
      breaks(
        'A message that is taken today is answered 413.',
        'See that no message is larger; then lower it.',
      ),
    ),
  }),
];

function leaseOf(document: JsonObject): number {
  return Number(at(document, 'x-delivery', 'lease_seconds') ?? 0);
}

/** Work that outlasts the deadline is delivered again while it is under way. */
function deadlineRuling({ path, before, after }: Edit, { fresh }: Contracts): Ruling {
  const subscription = at(fresh, 'x-subscriptions', path[1] ?? '');
  const component = String(at(subscription, 'component'));
  if (typeof before === 'number' && typeof after === 'number' && after > before)
    return fits('The receiver may take longer.');
  const timeout = Number(
    at(fresh, 'x-deployment', 'components', component, 'timeout_seconds') ?? Number.POSITIVE_INFINITY,
  );
  if (at(subscription, 'push_path') !== null && typeof after === 'number' && timeout <= after) {
    return fits(`${component} ends after ${timeout} s at the latest, which is within the new deadline.`);
  }
  return breaks(
    `${component} may work for ${Number.isFinite(timeout) ? `${timeout} s` : 'any time'}; after ${String(after)} s Pub/Sub ends the push and delivers again, while the work is under way.`,
    'See in the log how long deliveries take at most, shorten the work first, then the deadline.',
  );
}

/** The waits between the attempts must outlast a lease, else a crashed instance still holds the work at the last attempt. */
function retryRuling({ path }: Edit, { old, fresh }: Contracts): Ruling {
  const name = path[1] ?? '';
  const before = budgetOf(at(old, 'x-subscriptions', name));
  const after = budgetOf(at(fresh, 'x-subscriptions', name));
  const lease = leaseOf(fresh);
  const component = at(fresh, 'x-subscriptions', name, 'component');
  if (holdsLeases(fresh, component) && after <= lease) {
    return breaks(
      `All attempts are over after ${after} s, and a crashed instance holds its work for ${lease} s: good messages become dead letters.`,
      'Raise the waits or the attempts until they outlast the lease, or shorten the lease first.',
    );
  }
  if (after < before)
    return fits(
      `The attempts are over after ${after} s instead of ${before} s, which still outlasts a lease of ${lease} s.`,
    );
  return fits(`The attempts are spread over ${after} s; it was ${before} s.`);
}

function budgetOf(subscription: Json | undefined): number {
  const minimum = Number(at(subscription, 'retry_policy', 'minimum_backoff_seconds') ?? 0);
  const maximum = Number(at(subscription, 'retry_policy', 'maximum_backoff_seconds') ?? 0);
  return retryBudgetSeconds(
    minimum,
    maximum,
    Math.min(1000, Number(at(subscription, 'dead_letter', 'max_delivery_attempts') ?? 1)),
  );
}

function leaseRuling({ before, after }: Edit, { fresh }: Contracts): Ruling {
  const budgets = Object.entries(Object(fresh['x-subscriptions']) as JsonObject)
    .filter(([, one]) => holdsLeases(fresh, at(one, 'component')))
    .map(([name, one]) => ({ name, seconds: budgetOf(one) }));
  const short = budgets.filter(({ seconds }) => !(seconds > Number(after)));
  if (short.length > 0) {
    return breaks(
      `The attempts of ${short
        .map(({ name }) => name)
        .slice(0, 3)
        .join(', ')} are over before the lease is: good messages become dead letters.`,
      'Raise the waits of these subscriptions first.',
    );
  }
  if (Number(after) > Number(before))
    return fits('Work that died is taken over later, and still within the attempts.');
  return ordered(
    'An instance that works for longer than the new lease is taken over while it works.',
    'See in the log how long the longest work takes; lower the lease when it is shorter.',
  );
}

function ofSubscription({ path }: Edit, contracts: Contracts): readonly Party[] {
  return uniqueParties(
    [contracts.old, contracts.fresh].flatMap((document): readonly Party[] => {
      const subscription = at(document, 'x-subscriptions', path[1] ?? '');
      const component = at(subscription, 'component');
      const senders = topicParties(String(at(subscription, 'topic')), contracts).filter(
        (party) => party.role === 'sender',
      );
      const receiver = runs(component).map((party): Party => ({ ...party, role: 'receiver' }));
      return [...senders, ...receiver];
    }),
  );
}
