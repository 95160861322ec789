import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FormName } from './forms/rules.ts';
import { problemsOf } from './forms/validate.ts';

const MONITORING = new URL('../../generated/monitoring/', import.meta.url);
const FOLDERS: Readonly<Record<FormName, string>> = {
  'log-metric': 'log-metrics',
  'alert-policy': 'alert-policies',
  dashboard: 'dashboards',
};

function read(form: FormName, file: string): unknown {
  return JSON.parse(readFileSync(new URL(`${FOLDERS[form]}/${file}`, MONITORING), 'utf8'));
}

const FILES = Object.entries(FOLDERS).flatMap(([form, folder]) =>
  readdirSync(new URL(folder, MONITORING)).map((file) => [form as FormName, file] as const),
);

/** A copy in which the value at a path is another, or gone. */
function with_(value: unknown, path: string, next: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const place = steps.reduce<Record<string, unknown>>(
    (at, step) => at[step] as Record<string, unknown>,
    copy,
  );
  if (next === undefined) delete place[last];
  else place[last] = next;
  return copy;
}

describe('what watches, in the forms that Google takes', () => {
  test.each(FILES)('%s %s', (form, file) => {
    expect(problemsOf(form, read(form, file))).toEqual([]);
  });

  test('there is a file for each of the contract, so the list above is no empty one', () => {
    expect(FILES.length).toBeGreaterThanOrEqual(22);
  });

  const TILE = 'mosaicLayout.tiles.1';
  test.each<readonly [string, FormName, string, string, unknown]>([
    ['a field that nobody knows', 'log-metric', 'hop-seconds.json', 'labelExtractor', {}],
    ['a kind that is none', 'log-metric', 'hop-seconds.json', 'metricDescriptor.metricKind', 'SUM'],
    ['a distribution of nothing', 'log-metric', 'hop-seconds.json', 'valueExtractor', undefined],
    ['a counter with a value', 'log-metric', 'runs-failed.json', 'valueExtractor', 'EXTRACT(jsonPayload.x)'],
    [
      'bounds that are texts',
      'log-metric',
      'hop-seconds.json',
      'bucketOptions.explicitBuckets.bounds',
      ['1'],
    ],
    ['no filter', 'log-metric', 'hop-seconds.json', 'filter', undefined],
    ['no condition', 'alert-policy', 'phase-partial.json', 'conditions', []],
    ['a severity that is none', 'alert-policy', 'phase-partial.json', 'severity', 'INFO'],
    ['a misspelt field', 'alert-policy', 'phase-partial.json', 'conditions.0.conditionTreshold', {}],
    ['two conditions in one', 'alert-policy', 'phase-partial.json', 'conditions.0.conditionSql', {}],
    [
      'a comparison that Google does not make',
      'alert-policy',
      'phase-partial.json',
      'conditions.0.conditionThreshold.comparison',
      'COMPARISON_GE',
    ],
    [
      'minutes for seconds',
      'alert-policy',
      'phase-partial.json',
      'conditions.0.conditionThreshold.duration',
      '5m',
    ],
    [
      'an alignment of less than a minute',
      'alert-policy',
      'phase-partial.json',
      'conditions.0.conditionThreshold.aggregations.0.alignmentPeriod',
      '10s',
    ],
    ['a label with a capital', 'alert-policy', 'phase-partial.json', 'userLabels.Team', 'nba'],
    [
      'log lines without a limit',
      'alert-policy',
      'daily-summary.json',
      'alertStrategy',
      { autoClose: '1800s' },
    ],
    [
      'a limit without log lines',
      'alert-policy',
      'phase-partial.json',
      'alertStrategy.notificationRateLimit',
      { period: '60s' },
    ],
    ['two layouts', 'dashboard', 'pipeline-health.json', 'gridLayout', {}],
    ['a chart of no kind', 'dashboard', 'pipeline-health.json', `${TILE}.widget.xyChart`, undefined],
    [
      'a plot that is none',
      'dashboard',
      'pipeline-health.json',
      `${TILE}.widget.xyChart.dataSets.0.plotType`,
      'PIE',
    ],
    ['a tile that reaches out', 'dashboard', 'pipeline-health.json', `${TILE}.width`, 25],
    ['a tile on another', 'dashboard', 'pipeline-health.json', `${TILE}.xPos`, 10],
    ['an etag, which only a change may have, as a number', 'dashboard', 'pipeline-health.json', 'etag', 7],
  ])('%s is refused', (_what, form, file, path, next) => {
    const whole = read(form, file);
    expect(problemsOf(form, with_(whole, path, next))).not.toEqual([]);
  });
});
