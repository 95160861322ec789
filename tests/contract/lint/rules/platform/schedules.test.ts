import { scheduleProblems } from '../../../../../scripts/contract/rules/platform/schedules.ts';
import { type Breakage, expectFound } from '../../../breakage.ts';

const SCHEDULE = 'phase5-retry-1';

const BREAKAGES: readonly Breakage[] = [
  {
    name: 'a schedule that calls no endpoint',
    edit: (document) => document.setIn(['x-schedules', SCHEDULE, 'path'], '/retries'),
    says: 'got phase5-coordinator POST /retries',
    at: SCHEDULE,
  },
  {
    name: 'a cron line of four fields',
    edit: (document) => document.setIn(['x-schedules', SCHEDULE, 'cron'], '15 6 * *'),
    says: 'expected five cron fields',
    at: '15 6 * *',
  },
  {
    name: 'a cron hour that does not exist',
    edit: (document) => document.setIn(['x-schedules', SCHEDULE, 'cron'], '15 25 * * *'),
    says: 'expected hour of scheduler job phase5-retry-1 to be within 0 to 23, got 25',
    at: '15 25 * * *',
  },
  {
    name: 'a time zone that does not exist',
    edit: (document) => document.setIn(['x-schedules', SCHEDULE, 'time_zone'], 'America/Seatle'),
    says: 'got America/Seatle',
    at: 'America/Seatle',
  },
  {
    name: 'an endpoint of an external component',
    edit: (document) => document.setIn(['x-endpoints', 0, 'component'], 'operators'),
    says: 'to belong to a component that this contract runs',
    at: 'component: operators',
  },
  {
    name: 'an endpoint with an unknown body schema',
    edit: (document) => document.setIn(['x-endpoints', 0, 'body'], 'ScrapeRequests'),
    says: 'under components.schemas, got ScrapeRequests',
    at: 'body: ScrapeRequests',
  },
  {
    name: 'an answer with an unknown body schema',
    edit: (document) => document.setIn(['x-endpoints', 0, 'answers', 0, 'body'], 'ScrapeAnswers'),
    says: 'expected the answer 200 of endpoint phase1-scrapers POST /scrape to be a schema under components.schemas',
    at: 'body: ScrapeAnswers',
  },
  {
    name: 'an endpoint that is listed twice',
    edit: (document) => document.addIn(['x-endpoints'], document.getIn(['x-endpoints', 0])),
    says: 'once, found it again',
    at: '-',
  },
];

expectFound('schedules and endpoints', scheduleProblems, BREAKAGES);
