import { at, membersOf } from '../../../json.ts';
import type { Edit } from '../../model/edits.ts';
import {
  breaks,
  byKind,
  type Contracts,
  everybody,
  fits,
  NOBODY,
  OPERATORS,
  type Rule,
  type Ruling,
  rulesAbout,
  words,
} from '../ruling.ts';

/** What changes of log lines, metrics and alerts mean. */
export const WATCHING_RULES: readonly Rule[] = [
  ...rulesAbout(everybody, {
    'x-monitoring.log_events.*': byKind({
      added: fits('Nothing counts the event yet.'),
      removed: breaks(
        'Metrics that count the event stay at zero, and alerts keep silent.',
        'Take away the metrics first.',
      ),
    }),
    'x-monitoring.log_events.*.fields.**': fieldRuling,
  }),
  ...rulesAbout(NOBODY, {
    'x-monitoring.log_events.*.purpose': words(),
    'x-monitoring.hops.*.title': words(),
    'x-monitoring.end_to_end.*': words('It says what is measured.'),
    'x-monitoring.metrics.*.purpose': words(),
  }),
  ...rulesAbout(OPERATORS, {
    'x-monitoring.hops.*': byKind({
      added: fits('The hop is measured from now on.'),
      removed: breaks(
        'Nobody is told any more when the hop is late.',
        'Make sure that another alert covers it.',
      ),
    }),
    '{x-monitoring.hops.*.**,x-monitoring.end_to_end.target_seconds,x-monitoring.state_age_seconds_max,x-monitoring.state_waiting_seconds_max,x-monitoring.trigger_pending_seconds_max}':
      fits(
        'An alert comes earlier or later; no message changes.',
        'Deploy the policies with the components.',
      ),
    'x-monitoring.metrics.*': byKind({
      added: fits('Nothing reads the metric yet.'),
      removed: breaks('Dashboards and alerts that read the metric are empty.', 'Change what reads it first.'),
    }),
    'x-monitoring.metrics.*.**': fits(
      'The metric counts otherwise from now on; what it counted before stays as it is.',
      'Deploy the components that write the line first, then the metric.',
    ),
    'x-monitoring.alerts.*': byKind({
      added: fits('Somebody is told from now on.'),
      removed: breaks(
        'Nobody is told any more.',
        'Make sure that another alert covers it, and take its row from the runbook.',
      ),
    }),
    'x-monitoring.alerts.*.{title,meaning}': words('Whoever is on call reads it.'),
    'x-monitoring.alerts.*.severity': ({ before }) =>
      before === 'critical'
        ? breaks('It no longer wakes anybody.', 'Make sure that it can wait until the morning.')
        : fits('It is told with another urgency.'),
    'x-monitoring.alerts.*.**': fits(
      'The alert fires by other conditions from now on.',
      'Try it with one event before it is needed.',
    ),
  }),
];

/** A metric or an alert that goes by a field finds nothing without it. */
function fieldRuling({ kind, path, before }: Edit, { fresh }: Contracts): Ruling {
  if (kind === 'added') return fits('Programs write one more field.');
  const event = path[2];
  const users = membersOf(at(fresh, 'x-monitoring', 'metrics')).filter(
    ([, metric]) => at(metric, 'event') === event && JSON.stringify(metric).includes(`"${String(before)}"`),
  );
  if (kind === 'removed' && users.length === 0) return fits('No metric goes by the field.');
  if (kind === 'reordered') return fits('The order of the fields means nothing.');
  return breaks(
    `${users.map(([name]) => name).join(', ')} go by the field and find nothing.`,
    'Change the metrics first.',
  );
}
