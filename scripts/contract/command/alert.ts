import { watchingBlock } from '../blocks/watching.ts';
import type { Contract } from '../contract.ts';
import { at, type Json, type JsonObject, membersOf } from '../json.ts';
import { alertRows } from '../records/entries.ts';
import {
  type Addition,
  AdditionError,
  givenValue,
  givenValues,
  type Kind,
  requiredValue,
  requireListed,
  requireNew,
  SNAKE_CASE,
  type Values,
} from './addition.ts';

const CONDITION = /^([a-z0-9_]+)(!=|>=|=|>|<)(.+)$/;
const COMPARISONS: Readonly<Record<string, string>> = {
  '=': 'equals',
  '!=': 'not_equals',
  '>': 'above',
  '<': 'below',
  '>=': 'at_least',
};

/** An alert, and the metric over log lines that fires it. */
export const ALERT: Kind = {
  name: 'alert',
  says: 'an alert on a metric that there is, or on a new one over log lines',
  example:
    'contract add alert --alert runs_empty --severity warning --title "A run was empty" --meaning "Nothing came." --event run_ended --where status=no_data --label phase',
  flags: [
    { form: '--alert <name>', says: 'its name, such as runs_empty', required: true },
    { form: '--severity <severity>', says: 'critical, warning or info', required: true },
    { form: '--title <words>', says: 'what the page shows', required: true },
    { form: '--meaning <sentence>', says: 'what happened, for whoever is on call', required: true },
    { form: '--metric <name>', says: 'a metric that the contract has', many: true },
    { form: '--event <event>', says: 'the log lines that a new metric counts' },
    {
      form: '--where <condition>',
      says: 'field=value, !=, >, < or >=; a number may be a place: x-readiness.…',
      many: true,
    },
    { form: '--label <field>', says: 'a field by which the metric is told apart', many: true },
    { form: '--field <field>', says: 'fields of the event, if it is a new one', many: true },
    { form: '--first <command>', says: 'what whoever is on call runs first, such as "`status --date D`"' },
    { form: '--then <words>', says: 'and what they do then' },
  ],
  decide: decideAlert,
};

function decideAlert({ document }: Contract, values: Values): Addition {
  const watching = document['x-monitoring'];
  const alert = requiredValue(values, 'alert');
  const meaning = requiredValue(values, 'meaning');
  requireNew('alert', alert, SNAKE_CASE, at(watching, 'alerts', alert) !== undefined);
  const severity = requireListed('severity', requiredValue(values, 'severity'), [
    'critical',
    'warning',
    'info',
  ]);
  const metrics = givenValues(values, 'metric');
  for (const metric of metrics) requireListed('metric', metric, namesOf(watching, 'metrics'));
  const event = givenValue(values, 'event');
  if ((metrics.length === 0) === (event === undefined)) {
    throw new AdditionError('expected either --metric or --event, and not both');
  }
  const fields = givenValues(values, 'field');
  const is_new_event = event !== undefined && at(watching, 'log_events', event) === undefined;
  if (is_new_event && fields.length === 0) requireListed('event', event, namesOf(watching, 'log_events'));
  const [first, then] = [givenValue(values, 'first'), givenValue(values, 'then')];
  return {
    blocks: [
      ...(is_new_event ? [watchingBlock('log_events', event, { purpose: meaning, fields })] : []),
      ...(event === undefined ? [] : [watchingBlock('metrics', alert, metricOf(event, meaning, values))]),
      watchingBlock('alerts', alert, {
        severity,
        title: requiredValue(values, 'title'),
        metrics: metrics.length > 0 ? metrics : [alert],
        meaning,
      }),
    ],
    entries: alertRows(alert, severity, meaning, first, then),
    by_hand: [
      ...(is_new_event ? [`write a log line with event ${event} where it happens, and its fields`] : []),
      ...(event === undefined ? [] : [`let a test of tests/watching/filters.test.ts see that it counts`]),
      ...(first === undefined || then === undefined
        ? [
            'correct its rows in docs/monitoring.md and docs/operating/failures.md: what to do first, and then',
          ]
        : []),
    ],
  };
}

function metricOf(event: string, purpose: string, values: Values): JsonObject {
  const where = givenValues(values, 'where').map(conditionOf);
  return { purpose, event, ...(where.length > 0 ? { where } : {}), labels: givenValues(values, 'label') };
}

function conditionOf(text: string): JsonObject {
  const [, field, sign = '', value = ''] = CONDITION.exec(text) ?? [];
  const comparison = COMPARISONS[sign];
  if (field === undefined || comparison === undefined) {
    throw new AdditionError(`expected --where FIELD=VALUE, !=, >, < or >=; got ${text}`);
  }
  const is_number = sign.includes('>') || sign === '<';
  return { field, [comparison]: is_number && Number.isFinite(Number(value)) ? Number(value) : value };
}

function namesOf(watching: Json | undefined, mapping: string): readonly string[] {
  return membersOf(at(watching, mapping)).map(([name]) => name);
}
