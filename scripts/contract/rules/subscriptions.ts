import { pasteable } from '../blocks/block.ts';
import { deadLetterSubscriptionBlock, subscriptionBlock } from '../blocks/messaging.ts';
import type { Contract, ContractProblem } from '../contract.ts';
import { at, entriesOf, isObject, type Json, type JsonObject, membersOf, stringsOf } from '../json.ts';
import { topicsOf } from '../topics.ts';

/** Check that every topic reaches its receivers, and that retries outlive the claims that they wait for. */
export function subscriptionProblems(contract: Contract): readonly ContractProblem[] {
  const topics = topicsOf(contract.document);
  const subscriptions = membersOf(contract.document['x-subscriptions']);
  return [
    ...subscriptions.flatMap(([name, subscription]) => [
      ...partyProblems(contract, topics, name, subscription),
      ...deadLetterProblems(contract, topics, name, subscription),
      ...retryProblems(contract, name, subscription),
    ]),
    ...receiverProblems(contract, topics, subscriptions),
  ];
}

function partyProblems(
  contract: Contract,
  topics: JsonObject,
  name: string,
  subscription: Json,
): readonly ContractProblem[] {
  const topic = String(at(subscription, 'topic'));
  const component = String(at(subscription, 'component'));
  const line = (field: string): number => contract.lineOf(['x-subscriptions', name, field]);
  if (!isObject(topics[topic])) {
    const what = `expected ${name} to subscribe to the address of a channel, got ${topic}`;
    return [{ line: line('topic'), what, todo: 'add the channel or correct the topic' }];
  }
  const owner = at(contract.document, 'x-components', component);
  if (owner === undefined) {
    const what = `expected the component of ${name} to be listed under x-components, got ${component}`;
    return [{ line: line('component'), what, todo: 'add the component or correct the name' }];
  }
  const problems: ContractProblem[] = [];
  if (!stringsOf(at(topics, topic, 'receivers')).includes(component)) {
    const what = `expected ${component}, which ${name} serves, to receive ${topic}, found no such operation`;
    problems.push({
      line: line('component'),
      what,
      todo: 'add the receive operation or correct the component',
    });
  }
  const external = at(owner, 'runs_as') === 'external';
  const pushed = at(subscription, 'push_path') !== null;
  if (external === pushed) {
    const what = external
      ? `expected push_path null at ${name}, since ${component} is external and pulls`
      : `expected a push_path at ${name}, since ${component} is served by push, got null`;
    problems.push({ line: line('push_path'), what, todo: 'correct push_path, or runs_as of the component' });
  }
  return problems;
}

function deadLetterProblems(
  contract: Contract,
  topics: JsonObject,
  name: string,
  subscription: Json,
): readonly ContractProblem[] {
  const expected = at(topics, String(at(subscription, 'topic')), 'dead_letter_topic') ?? null;
  const actual = at(subscription, 'dead_letter', 'topic') ?? null;
  if (expected === actual) return [];
  const what = `expected dead_letter of ${name} to be ${expected ?? 'null'}, as its channel says, got ${actual ?? 'null'}`;
  return [
    {
      line: contract.lineOf(['x-subscriptions', name, 'dead_letter']),
      what,
      todo: 'correct dead_letter, or x-dead-letter-channel of the channel',
    },
  ];
}

function retryProblems(contract: Contract, name: string, subscription: Json): readonly ContractProblem[] {
  const policy = at(subscription, 'retry_policy');
  if (!isObject(policy)) return [];
  const minimum = Number(policy['minimum_backoff_seconds']);
  const maximum = Number(policy['maximum_backoff_seconds']);
  const line = contract.lineOf(['x-subscriptions', name, 'retry_policy']);
  if (minimum > maximum) {
    const what = `expected minimum_backoff_seconds of ${name} to be at most maximum_backoff_seconds, got ${minimum} and ${maximum}`;
    return [{ line, what, todo: 'exchange or correct them' }];
  }
  const attempts = Number(at(subscription, 'dead_letter', 'max_delivery_attempts') ?? 0);
  if (attempts === 0) return [];
  const budget = retryBudgetSeconds(minimum, maximum, attempts);
  const lease = Number(at(contract.document, 'x-delivery', 'lease_seconds'));
  const retention = Number(at(subscription, 'message_retention_seconds'));
  const holdsLeases = entriesOf(contract.document['x-idempotency']).some(
    (entry) => at(entry, 'component') === at(subscription, 'component'),
  );
  if (holdsLeases && budget <= lease) {
    const what = `expected the retries of ${name} to outlive x-delivery.lease_seconds ${lease}, got ${budget} s over ${attempts} attempts`;
    return [{ line, what, todo: 'raise the backoff or the attempts, or shorten the lease' }];
  }
  if (budget < retention) return [];
  const what = `expected message_retention_seconds of ${name} to outlive its retries of ${budget} s, got ${retention}`;
  return [{ line, what, todo: 'raise the retention or lower the backoff' }];
}

/** Sum the waits between the attempts of a delivery; each wait doubles the one before, from the minimum up to the maximum. */
export function retryBudgetSeconds(minimum: number, maximum: number, attempts: number): number {
  let wait = minimum;
  let sum = 0;
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    sum += wait;
    wait = Math.min(wait * 2, maximum);
  }
  return sum;
}

function receiverProblems(
  contract: Contract,
  topics: JsonObject,
  subscriptions: readonly (readonly [string, Json])[],
): readonly ContractProblem[] {
  return membersOf(topics).flatMap(([topic, facts]) => {
    const subscribed = subscriptions
      .filter(([, subscription]) => at(subscription, 'topic') === topic)
      .map(([, subscription]) => at(subscription, 'component'));
    return stringsOf(at(facts, 'receivers')).flatMap((receiver) => {
      if (subscribed.includes(receiver)) return [];
      return [
        {
          line: contract.lineOf(['channels', String(at(facts, 'channel'))]),
          what: `expected a subscription of ${receiver} to ${topic}, which it receives, found none`,
          todo: 'add one under x-subscriptions',
          paste: pasteable([missingSubscription(contract, topic, receiver)]),
        },
      ];
    });
  });
}

function missingSubscription({ document, text }: Contract, topic: string, component: string) {
  if (topic.endsWith('-dlq')) return deadLetterSubscriptionBlock(text, topic.replace(/-dlq$/, ''));
  const is_external = at(document, 'x-components', component, 'runs_as') === 'external';
  return subscriptionBlock(document, topic, { component, push_path: is_external ? null : '/PATH' });
}
