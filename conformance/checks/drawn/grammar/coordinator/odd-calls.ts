import type { Draw } from '../draw.ts';
import type { Step } from './parts.ts';

/** A call without its place. */
type OddCall = Pick<Step<'odd'>, 'method' | 'path' | 'body'>;

/** Draw a call that the coordinator must refuse; `{game_date}` and `{run}` are filled in when it is made. */
export function drawOddCall(draw: Draw): OddCall {
  return draw.pick(draw.pick([NO_DATE, AGAINST_SCHEMA, QUERIES, ROUTES]));
}

const post = (path: string, body: string): OddCall => ({ method: 'POST', path, body });

const NO_DATE: readonly OddCall[] = ['/start', '/retry'].flatMap((path) =>
  [
    '{"game_date":"{game_date}"',
    '["{game_date}"]',
    '"{game_date}"',
    '{"game_date":"2031-02-29"}',
    '{"game_date":"{game_date}T00:00:00Z"}',
    '{"game_date":null}',
  ].map((body) => post(path, body)),
);

const AGAINST_SCHEMA: readonly OddCall[] = [
  ...['/start', '/retry'].flatMap((path) =>
    ['0', '"2"', '1.5', '-1'].map((run) => post(path, `{"game_date":"{game_date}","run":${run}}`)),
  ),
  ...['"force":"yes"', '"min_minutes":-1', '"min_minutes":"20"', '"trigger_source":"cron"'].map((field) =>
    post('/start', `{"game_date":"{game_date}",${field}}`),
  ),
];

const QUERIES: readonly OddCall[] = [
  'game_date=2031-02-30',
  'game_date=TODAY&run={run}',
  'game_date=',
  'game_date={game_date}&run=one',
  'game_date={game_date}&run=0',
  'game_date={game_date}&run=1.5',
].map((query) => ({ method: 'GET', path: `/status?${query}` }));

const ROUTES: readonly OddCall[] = [
  { method: 'POST', path: '/status?game_date={game_date}' },
  { method: 'GET', path: '/start?game_date={game_date}' },
  { method: 'GET', path: '/retry?game_date={game_date}' },
  post('/stop', '{"game_date":"{game_date}"}'),
  post('/start/{game_date}', '{}'),
  { method: 'GET', path: '/batches?game_date={game_date}' },
];
