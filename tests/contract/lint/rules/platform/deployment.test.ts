import { deploymentProblems } from '../../../../../scripts/contract/rules/platform/deployment.ts';
import { type Breakage, expectFound } from '../../../breakage.ts';

const COMPONENTS = ['x-deployment', 'components'];
const FALL_BACK = ['x-deployment', 'fall_back', 'schedules', 'phase4-fallback-level-1'];

const BREAKAGES: readonly Breakage[] = [
  {
    name: 'a component without deployment settings',
    edit: (document) => document.deleteIn([...COMPONENTS, 'phase5-worker']),
    says: 'expected phase5-worker, which this contract runs, under x-deployment.components',
    at: 'components:',
  },
  {
    name: 'a component in no stage',
    edit: (document) => document.setIn(['x-deployment', 'stages', 0, 'components'], ['phase2-raw']),
    says: 'expected phase1-scrapers in one stage, found it in 0',
    at: 'stages:',
  },
  {
    name: 'a component in two stages',
    edit: (document) => document.addIn(['x-deployment', 'stages', 0, 'components'], 'phase2-raw'),
    says: 'expected phase2-raw in one stage, found it in 2',
    at: 'stages:',
  },
  {
    name: 'a stage of a component that this contract does not run',
    edit: (document) => document.addIn(['x-deployment', 'stages', 0, 'components'], 'operators'),
    says: 'got operators',
    at: 'stages:',
  },
  {
    name: 'settings of a component that this contract does not run',
    edit: (document) =>
      document.setIn([...COMPONENTS, 'operators'], document.getIn([...COMPONENTS, 'phase5-worker'])),
    says: 'got operators',
    at: 'operators:',
  },
  {
    name: 'a service that gives up before the scheduler does',
    edit: (document) => document.setIn([...COMPONENTS, 'phase5-coordinator', 'timeout_seconds'], 600),
    says: 'expected timeout_seconds of phase5-coordinator to be at least 1800',
    at: 'timeout_seconds: 600',
  },
  {
    name: 'more instances at least than at most',
    edit: (document) => document.setIn([...COMPONENTS, 'phase5-worker', 'min_instances'], 21),
    says: 'expected min_instances of phase5-worker to be at most max_instances',
    at: 'min_instances: 21',
  },
  {
    name: 'two components under one service account',
    edit: (document) => document.setIn([...COMPONENTS, 'phase5-worker', 'service_account'], 'phase2-raw'),
    says: 'expected a service account of its own for phase5-worker',
    at: 'service_account: phase2-raw',
  },
  {
    name: 'a fall-back that calls no endpoint',
    edit: (document) => document.setIn([...FALL_BACK, 'path'], '/process-day'),
    says: 'got phase4-precompute POST /process-day',
    at: 'phase4-fallback-level-1:',
  },
  {
    name: 'a fall-back at an hour that does not exist',
    edit: (document) => document.setIn([...FALL_BACK, 'cron'], '0 24 * * *'),
    says: 'to be within 0 to 23, got 24',
    at: '0 24 * * *',
  },
  {
    name: 'a fall-back under the name of a schedule',
    edit: (document) =>
      document.setIn(
        ['x-schedules', 'phase4-fallback-level-1'],
        document.getIn(['x-schedules', 'phase5-retry-1']),
      ),
    says: 'found it under x-schedules too',
    at: 'phase4-fallback-level-1:',
  },
  {
    name: 'a retry whose shortest wait is longer than its longest',
    edit: (document) => document.setIn(['x-schedules', 'phase5-retry-1', 'retry', 'min_backoff_seconds'], 61),
    says: 'expected min_backoff_seconds of phase5-retry-1 to be at most',
    at: 'min_backoff_seconds: 61',
  },
];

expectFound('deployment', deploymentProblems, BREAKAGES);
