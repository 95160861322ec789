import { at, entriesOf, isObject, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { topicsOf } from '../../topics.ts';
import { anchorOf, escaped, fact, linkTo, part, prose, table } from '../markup.ts';
import { schemaLinks } from './schemas.ts';
import { timesOf } from './times.ts';

/** Write the components: what each is for, its processors with their levels, and what it waits for. */
export function componentParts(document: JsonObject): string {
  return membersOf(document['x-components'])
    .map(([name, one]) => componentPart(document, name, one))
    .join('');
}

function componentPart(document: JsonObject, name: string, one: Json): string {
  const topics = membersOf(topicsOf(document)).filter(([, topic]) => at(topic, 'dead_letter_topic') !== null);
  const topicsWhose = (key: string): string =>
    topics
      .filter(([, topic]) => stringsOf(at(topic, key)).includes(name))
      .map(([topic]) => linkTo('topic', topic))
      .join(', ');
  const processors = membersOf(at(document, 'x-processors', String(at(one, 'phase')))).map(
    ([processor, row]) => [
      `<code>${escaped(processor)}</code>`,
      escaped(at(row, 'level') == null ? '' : `level ${String(at(row, 'level'))}`),
      escaped(`${String(at(row, 'dataset'))}.${String(at(row, 'table'))}`),
      escaped(stringsOf(at(row, 'requires')).join(', ')),
      escaped(stringsOf(at(row, 'aliases')).join(', ')),
    ],
  );
  const levels = entriesOf(at(document, 'x-orchestrators', name, 'levels')).map((level) => [
    escaped(`level ${String(at(level, 'level'))}`),
    escaped(stringsOf(at(level, 'waits_for')).join(', ')),
    escaped(stringsOf(at(level, 'runs')).join(', ')),
  ]);
  const body = [
    `<p>${prose(String(at(one, 'purpose') ?? ''))}</p><dl>`,
    fact('runs as', escaped(String(at(one, 'runs_as') ?? ''))),
    fact('phase', escaped(String(at(one, 'phase') ?? ''))),
    fact('receives', topicsWhose('receivers')),
    fact('sends', topicsWhose('senders')),
    '</dl>',
    table(`Levels of ${name}`, ['level', 'waits for', 'then runs'], levels),
    table(`Processors of ${name}`, ['processor', 'level', 'writes', 'needs', 'is also called'], processors),
  ];
  return part('component', name, `<code>${escaped(name)}</code>`, body.join(''));
}

/** Write the endpoints, by component. */
export function endpointParts(document: JsonObject): string {
  return entriesOf(document['x-endpoints'])
    .filter(isObject)
    .map((endpoint) => endpointPart(document, endpoint))
    .join('');
}

function endpointPart(document: JsonObject, endpoint: JsonObject): string {
  const link = schemaLinks(document);
  const { component, method, path, purpose, body } = endpoint;
  const name = `${String(component)} ${String(method)} ${String(path)}`;
  const jobs = membersOf(document['x-schedules']).filter(
    ([, job]) =>
      at(job, 'component') === component && at(job, 'method') === method && at(job, 'path') === path,
  );
  const answers = entriesOf(endpoint['answers']).map((answer) => [
    escaped(String(at(answer, 'status'))),
    prose(String(at(answer, 'when') ?? '')),
    typeof at(answer, 'body') === 'string' ? link(String(at(answer, 'body'))) : '',
  ]);
  const markup = [
    `<p>${prose(String(purpose ?? ''))}</p><dl>`,
    fact('component', linkTo('component', String(component))),
    fact('body', typeof body === 'string' ? link(body) : 'none'),
    fact('called by', jobs.map(([job]) => linkTo('schedule', job)).join(', ')),
    '</dl>',
    table(`Answers of ${name}`, ['status', 'when', 'body'], answers),
  ];
  const title = `<code>${escaped(`${String(method)} ${String(path)}`)}</code> <span class="level">${escaped(String(component))}</span>`;
  return part('endpoint', name, title, markup.join(''));
}

/** Write the jobs with the times at which they run, in the contract's own zone, in Pacific time and in UTC; those of the fall-back too. */
export function schedulerJobParts(document: JsonObject): string {
  const fallBack = at(document, 'x-deployment', 'fall_back', 'schedules');
  return [
    ...membersOf(document['x-schedules']).map(([name, job]) => schedulerJobPart(document, name, job, false)),
    ...membersOf(fallBack).map(([name, job]) => schedulerJobPart(document, name, job, true)),
  ].join('');
}

function schedulerJobPart(document: JsonObject, name: string, job: Json, is_paused: boolean): string {
  const [component, method, path] = ['component', 'method', 'path'].map((key) => String(at(job, key)));
  const endpoint = `${component} ${method} ${path}`;
  const is_known = entriesOf(document['x-endpoints']).some(
    (one) => `${at(one, 'component')} ${at(one, 'method')} ${at(one, 'path')}` === endpoint,
  );
  const { pacific, utc } = timesOf(String(at(job, 'cron')), String(at(job, 'time_zone')));
  const retries = Number(at(job, 'retry', 'max_attempts') ?? 0);
  const body = [
    '<dl>',
    fact('Pacific time', escaped(pacific)),
    fact('UTC', escaped(utc)),
    fact(
      'calls',
      is_known
        ? `<a href="#${anchorOf('endpoint', endpoint)}"><code>${escaped(endpoint)}</code></a>`
        : `<code>${escaped(endpoint)}</code>`,
    ),
    fact(
      'body',
      at(job, 'body') === undefined ? '' : `<code>${escaped(JSON.stringify(at(job, 'body')))}</code>`,
    ),
    fact(
      'waits',
      escaped(
        `${String(at(job, 'attempt_deadline_seconds'))} s for an answer; ${retries === 0 ? 'no attempt more' : `${retries} attempts more`}`,
      ),
    ),
    fact(
      'written as',
      `<code>${escaped(`${String(at(job, 'cron'))} ${String(at(job, 'time_zone'))}`)}</code>`,
    ),
    '</dl>',
  ];
  const paused = is_paused ? ' <span class="level">fall-back, deployed paused</span>' : '';
  return part('schedule', name, `<code>${escaped(name)}</code>${paused}`, body.join(''));
}
