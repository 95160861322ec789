import type { Contract, ContractProblem, Path } from '../../contract.ts';
import { at, entriesOf, type Json, membersOf, stringsOf } from '../../json.ts';

const SECTION = 'x-monitoring';

/** Check that everything that x-monitoring names exists: subscriptions, log events, their fields, metrics, thresholds. */
export function monitoringProblems(contract: Contract): readonly ContractProblem[] {
  const monitoring = contract.document[SECTION];
  return [
    ...hopProblems(contract, monitoring),
    ...membersOf(at(monitoring, 'metrics')).flatMap(([name, metric]) =>
      metricProblems(contract, monitoring, name, metric),
    ),
    ...membersOf(at(monitoring, 'alerts')).flatMap(([name, alert]) =>
      alertProblems(contract, monitoring, name, alert),
    ),
  ];
}

function hopProblems(contract: Contract, monitoring: Json | undefined): readonly ContractProblem[] {
  const hops = membersOf(at(monitoring, 'hops'));
  const all = hops.flatMap(([, hop]) => stringsOf(at(hop, 'subscriptions')));
  return hops.flatMap(([name, hop]) =>
    stringsOf(at(hop, 'subscriptions')).flatMap((subscription) => {
      const line = contract.lineOf([SECTION, 'hops', name, 'subscriptions']);
      if (at(contract.document, 'x-subscriptions', subscription) === undefined) {
        const what = `expected hop ${name} to name entries of x-subscriptions, got ${subscription}`;
        return [{ line, what, todo: 'correct the name or add the subscription' }];
      }
      if (all.filter((other) => other === subscription).length === 1) return [];
      const what = `expected ${subscription} in one hop, found it in several`;
      return [{ line, what, todo: 'keep it in the hop that it ends' }];
    }),
  );
}

function metricProblems(
  contract: Contract,
  monitoring: Json | undefined,
  name: string,
  metric: Json,
): readonly ContractProblem[] {
  const place = [SECTION, 'metrics', name];
  const event = String(at(metric, 'event'));
  const known = at(monitoring, 'log_events', event);
  if (known === undefined) return [unknown(contract, [...place, 'event'], 'an entry of log_events', event)];
  const fields = stringsOf(at(known, 'fields'));
  const value = at(metric, 'value');
  const conditions = entriesOf(at(metric, 'where'));
  const named = [
    ...stringsOf(at(metric, 'labels')),
    ...(typeof value === 'string' ? [value] : []),
    ...conditions.map((condition) => String(at(condition, 'field'))),
    ...(at(metric, 'over_hop_target') === true ? ['hop', 'hop_seconds'] : []),
  ];
  return [
    ...named
      .filter((field) => !fields.includes(field))
      .map((field) => unknown(contract, place, `fields of ${event}`, field)),
    ...conditions.flatMap((condition) =>
      ['above', 'below', 'at_least'].flatMap((comparison) => {
        const threshold = at(condition, comparison);
        if (typeof threshold !== 'string') return [];
        const found = at(contract.document, ...threshold.split('.'));
        return typeof found === 'number'
          ? []
          : [unknown(contract, [...place, 'where'], 'a number of this contract', threshold)];
      }),
    ),
  ];
}

function alertProblems(
  contract: Contract,
  monitoring: Json | undefined,
  name: string,
  alert: Json,
): readonly ContractProblem[] {
  const place = [SECTION, 'alerts', name];
  const event = at(alert, 'event');
  return [
    ...stringsOf(at(alert, 'metrics'))
      .filter((metric) => at(monitoring, 'metrics', metric) === undefined)
      .map((metric) => unknown(contract, [...place, 'metrics'], 'an entry of metrics', metric)),
    ...(typeof event === 'string' && at(monitoring, 'log_events', event) === undefined
      ? [unknown(contract, [...place, 'event'], 'an entry of log_events', event)]
      : []),
  ];
}

function unknown(contract: Contract, path: Path, expected: string, got: string): ContractProblem {
  const place = path.slice(1).join('.');
  return {
    line: contract.lineOf(path),
    what: `expected ${place} of x-monitoring to name ${expected}, got ${got}`,
    todo: 'correct the name, or add what it names',
  };
}
