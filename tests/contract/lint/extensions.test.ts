import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { extensionProblems, sectionDescriptions } from '../../../scripts/contract/form.ts';
import { type Breakage, expectFound } from '../breakage.ts';

const SUBSCRIPTION = 'nba-phase4-trigger-sub';
const SCHEDULE = 'phase5-retry-1';
const SCHEMA = ['components', 'schemas'];

const BREAKAGES: readonly Breakage[] = [
  {
    name: 'an unknown section',
    edit: (document) => document.setIn(['x-retries'], { attempts: 3 }),
    says: 'expected only known keys, got x-retries',
    at: 'x-retries:',
  },
  {
    name: 'a missing section',
    edit: (document) => document.deleteIn(['x-readiness']),
    says: 'expected the contract to have x-readiness',
    at: 'asyncapi: 3.0.0',
  },
  {
    name: 'an unknown key of an entry',
    edit: (document) => document.setIn(['x-subscriptions', SUBSCRIPTION, 'filter'], 'level = 1'),
    says: `expected only known keys, got x-subscriptions.${SUBSCRIPTION}.filter`,
    at: 'filter: level = 1',
  },
  {
    name: 'an unknown key of a channel',
    edit: (document) =>
      document.setIn(['channels', 'phase4Trigger', 'x-dead-letter'], 'phase4TriggerDeadLetter'),
    says: 'got channels.phase4Trigger.x-dead-letter',
    at: 'x-dead-letter: phase4TriggerDeadLetter',
  },
  {
    name: 'an unknown key of a field',
    edit: (document) => document.setIn([...SCHEMA, 'RetryRequest', 'properties', 'run', 'x-optional'], true),
    says: 'x-optional',
    at: 'x-optional',
  },
  {
    name: 'an operation without a component',
    edit: (document) => document.deleteIn(['operations', 'phase2Raw.send.phase2RawComplete', 'x-component']),
    says: 'to have x-component, found none',
    at: 'phase2Raw.send.phase2RawComplete:',
  },
  {
    name: 'a retention that Pub/Sub refuses',
    edit: (document) => document.setIn(['x-subscriptions', SUBSCRIPTION, 'message_retention_seconds'], 599),
    says: 'to be an integer from 600 to 2678400, got 599',
    at: 'message_retention_seconds: 599',
  },
  {
    name: 'an ack deadline that Pub/Sub refuses',
    edit: (document) => document.setIn(['x-subscriptions', SUBSCRIPTION, 'ack_deadline_seconds'], 601),
    says: 'to be an integer from 10 to 600, got 601',
    at: 'ack_deadline_seconds: 601',
  },
  {
    name: 'a backoff that Pub/Sub refuses',
    edit: (document) =>
      document.setIn(['x-subscriptions', SUBSCRIPTION, 'retry_policy', 'maximum_backoff_seconds'], 601),
    says: 'to be an integer from 0 to 600, got 601',
    at: '601',
  },
  {
    name: 'fewer attempts than Pub/Sub takes',
    edit: (document) =>
      document.setIn(['x-subscriptions', SUBSCRIPTION, 'dead_letter', 'max_delivery_attempts'], 4),
    says: 'to be an integer from 5 to 100, got 4',
    at: 'max_delivery_attempts: 4',
  },
  {
    name: 'an attempt deadline that Cloud Scheduler refuses',
    edit: (document) => document.setIn(['x-schedules', SCHEDULE, 'attempt_deadline_seconds'], 1801),
    says: 'to be an integer from 15 to 1800, got 1801',
    at: '1801',
  },
  {
    name: 'a requirement level that means nothing',
    edit: (document) => document.setIn(['x-requirements', 'ACK-004', 'level'], 'OUGHT'),
    says: 'to be one of MUST, SHOULD, MAY, got "OUGHT"',
    at: 'level: OUGHT',
  },
  {
    name: 'a component whose name is not in kebab case',
    edit: (document) =>
      document.setIn(['x-components', 'Phase9'], { phase: null, runs_as: 'external', purpose: 'None.' }),
    says: 'expected another spelling of the name Phase9 in x-components',
    at: 'Phase9:',
  },
];

expectFound('x- sections', extensionProblems, BREAKAGES);

describe('the description of the contract', () => {
  const text = readFileSync(new URL('../../../docs/contract.md', import.meta.url), 'utf8');

  test.each(Object.entries(sectionDescriptions()))(
    'explains %s, and its schema says what it is for',
    (section, purpose) => {
      expect(text).toContain(`\`${section}\``);
      expect(purpose).toMatch(/^[A-Z].+\.$/);
    },
  );
});
