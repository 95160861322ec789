import { monitoringProblems } from '../../../../../scripts/contract/rules/platform/monitoring.ts';
import { type Breakage, expectFound } from '../../../breakage.ts';

const HOP = ['x-monitoring', 'hops', 'phase1_to_phase2', 'subscriptions'];
const METRIC = ['x-monitoring', 'metrics', 'coverage_below_minimum'];

const BREAKAGES: readonly Breakage[] = [
  {
    name: 'a hop over a subscription that does not exist',
    edit: (document) => document.addIn(HOP, 'nba-phase9-sub'),
    says: 'expected hop phase1_to_phase2 to name entries of x-subscriptions, got nba-phase9-sub',
    at: 'subscriptions:',
  },
  {
    name: 'a subscription in two hops',
    edit: (document) => document.addIn(HOP, 'nba-phase2-raw-complete-sub'),
    says: 'expected nba-phase2-raw-complete-sub in one hop, found it in several',
    at: 'subscriptions:',
  },
  {
    name: 'a metric of an event that nobody logs',
    edit: (document) => document.setIn([...METRIC, 'event'], 'batch_finished'),
    says: 'an entry of log_events, got batch_finished',
    at: 'event: batch_finished',
  },
  {
    name: 'a metric labelled by a field that its event does not have',
    edit: (document) => document.addIn([...METRIC, 'labels'], 'hop'),
    says: 'fields of batch_ended, got hop',
    at: 'coverage_below_minimum:',
  },
  {
    name: 'a metric of a field that its event does not have',
    edit: (document) => document.setIn([...METRIC, 'where', 0, 'field'], 'coverage'),
    says: 'fields of batch_ended, got coverage',
    at: 'coverage_below_minimum:',
  },
  {
    name: 'a threshold that is nowhere in the contract',
    edit: (document) => document.setIn([...METRIC, 'where', 0, 'below'], 'x-readiness.coverage_min'),
    says: 'a number of this contract, got x-readiness.coverage_min',
    at: 'where:',
  },
  {
    name: 'an alert on a metric that does not exist',
    edit: (document) =>
      document.setIn(['x-monitoring', 'alerts', 'phase_partial', 'metrics'], ['runs_half_done']),
    says: 'an entry of metrics, got runs_half_done',
    at: 'metrics:',
  },
  {
    name: 'an alert on an event that nobody logs',
    edit: (document) => document.setIn(['x-monitoring', 'alerts', 'daily_summary', 'event'], 'summary'),
    says: 'an entry of log_events, got summary',
    at: 'event: summary',
  },
];

expectFound('monitoring', monitoringProblems, BREAKAGES);
