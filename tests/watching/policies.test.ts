import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MONITORING } from '../../generated/topology.ts';

describe('whoever is on call is told', () => {
  test.each([
    ['run_failed', 'runs_failed_before_phase5'],
    ['state_waiting', 'state_waiting'],
    ['critical_alert', 'critical_alerts'],
    ['trigger_too_late', 'trigger_too_late'],
  ] as const)('policy %s fires on the first line that metric %s counts', (alert, metric) => {
    const file = new URL(
      `../../generated/monitoring/alert-policies/${alert.replaceAll('_', '-')}.json`,
      import.meta.url,
    );
    const policy = JSON.parse(readFileSync(file, 'utf8'));
    expect(policy.severity).toBe(alert === 'trigger_too_late' ? 'WARNING' : 'CRITICAL');
    expect(policy.conditions).toMatchObject([
      {
        conditionThreshold: {
          filter: expect.stringContaining(`metric.type="logging.googleapis.com/user/${metric}"`),
          comparison: 'COMPARISON_GT',
          thresholdValue: 0,
        },
      },
    ]);
  });

  test('every policy has a row in docs/monitoring.md and one in docs/operating/failures.md', () => {
    for (const page of ['docs/monitoring.md', 'docs/operating/failures.md']) {
      const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
      const missing = Object.keys(MONITORING.alerts).filter((name) => !text.includes(`| \`${name}\` |`));
      expect(missing, page).toEqual([]);
    }
  });
});
