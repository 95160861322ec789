import { subscriptionProblems } from '../../../../scripts/contract/rules/subscriptions.ts';
import { type Breakage, expectFound } from '../../breakage.ts';

const SUBSCRIPTION = 'nba-phase4-trigger-sub';

const BREAKAGES: readonly Breakage[] = [
  {
    name: 'a subscription to an unknown topic',
    edit: (document) => document.setIn(['x-subscriptions', SUBSCRIPTION, 'topic'], 'nba-phase4-triggers'),
    says: 'to subscribe to the address of a channel, got nba-phase4-triggers',
    at: 'topic: nba-phase4-triggers',
  },
  {
    name: 'a subscription of an unknown component',
    edit: (document) => document.setIn(['x-subscriptions', SUBSCRIPTION, 'component'], 'phase4'),
    says: 'listed under x-components, got phase4',
    at: 'component: phase4',
  },
  {
    name: 'a subscription of a component that does not receive the topic',
    edit: (document) => document.setIn(['x-subscriptions', SUBSCRIPTION, 'component'], 'phase2-raw'),
    says: 'to receive nba-phase4-trigger, found no such operation',
    at: 'component: phase2-raw',
  },
  {
    name: 'a topic whose receiver has no subscription',
    edit: (document) => document.deleteIn(['x-subscriptions', SUBSCRIPTION]),
    says: 'expected a subscription of phase4-precompute to nba-phase4-trigger',
    at: 'phase4Trigger:',
  },
  {
    name: 'a dead-letter topic without a subscription',
    edit: (document) => document.deleteIn(['x-subscriptions', 'nba-phase4-trigger-dlq-sub']),
    says: 'expected a subscription of operators to nba-phase4-trigger-dlq',
    at: 'phase4TriggerDeadLetter:',
  },
  {
    name: 'a subscription that forwards to the wrong dead-letter topic',
    edit: (document) =>
      document.setIn(
        ['x-subscriptions', SUBSCRIPTION, 'dead_letter', 'topic'],
        'nba-phase2-raw-complete-dlq',
      ),
    says: 'to be nba-phase4-trigger-dlq, as its channel says, got nba-phase2-raw-complete-dlq',
    at: 'dead_letter:',
  },
  {
    name: 'a subscription without its dead-letter topic',
    edit: (document) => document.setIn(['x-subscriptions', SUBSCRIPTION, 'dead_letter'], null),
    says: 'got null',
    at: 'dead_letter:',
  },
  {
    name: 'a push path of an external component',
    edit: (document) =>
      document.setIn(['x-subscriptions', 'nba-phase4-trigger-dlq-sub', 'push_path'], '/letters'),
    says: 'since operators is external and pulls',
    at: 'push_path: /letters',
  },
  {
    name: 'a component of the pipeline without a push path',
    edit: (document) => document.setIn(['x-subscriptions', SUBSCRIPTION, 'push_path'], null),
    says: 'expected a push_path at nba-phase4-trigger-sub',
    at: 'push_path: null',
  },
  {
    name: 'retries that end before a lease does',
    edit: (document) =>
      document.setIn(['x-subscriptions', SUBSCRIPTION, 'retry_policy', 'minimum_backoff_seconds'], 10),
    says: 'to outlive x-delivery.lease_seconds 600, got 150 s over 5 attempts',
    at: 'retry_policy:',
  },
  {
    name: 'retries that outlive the retention',
    edit: (document) => document.setIn(['x-subscriptions', SUBSCRIPTION, 'message_retention_seconds'], 800),
    says: 'to outlive its retries of 900 s, got 800',
    at: 'retry_policy:',
  },
  {
    name: 'a minimum backoff above the maximum',
    edit: (document) =>
      document.setIn(['x-subscriptions', SUBSCRIPTION, 'retry_policy', 'maximum_backoff_seconds'], 30),
    says: 'to be at most maximum_backoff_seconds, got 60 and 30',
    at: 'retry_policy:',
  },
];

expectFound('subscriptions', subscriptionProblems, BREAKAGES);
