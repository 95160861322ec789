import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import type { TriggerRecord } from '../../../generated/models.ts';
import { MONITORING } from '../../../generated/topology.ts';
import { logPending, logWaiting } from '../../../reference/orchestration/age.ts';
import { readOrchestrator } from '../../../reference/orchestration/state.ts';
import { SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const DATE = { game_date: '2024-01-15', run: 1 };
const message = EXAMPLES.find((example) => example.message === 'Phase4Trigger')
  ?.payload as unknown as TriggerRecord['message'];

function told(act: (publishing: Parameters<typeof logPending>[0]) => void) {
  const ports = createMemoryPorts();
  const orchestrator = readOrchestrator('phase3-to-phase4-orchestrator');
  act({ ports, settings: SETTINGS, orchestrator, abandoned: new Set() });
  return { events: ports.lines.map(({ fields }) => fields['event']), notices: ports.notices, ports };
}

const ago = (seconds: number) =>
  new Date(createMemoryPorts().clock.now().getTime() - seconds * 1000).toISOString();
const pendingFor = (decided_at: string) => ({ decided_at, message }) as TriggerRecord;

describe('FANIN-012 how long a date has waited is told', () => {
  test('a pending trigger is a line, and an alert once it is pending for too long', () => {
    const young = told((publishing) => logPending(publishing, DATE, pendingFor(ago(1))));
    expect(young).toMatchObject({ events: ['trigger_pending'], notices: [] });
    const old = told((publishing) => {
      logPending(publishing, DATE, pendingFor(ago(MONITORING.trigger_pending_seconds_max + 1)));
    });
    expect(old.notices).toMatchObject([{ alert: 'trigger_pending', severity: 'critical' }]);
  });

  test('a trigger that is gone meanwhile is nothing to tell', () => {
    expect(told((publishing) => logPending(publishing, DATE, undefined)).events).toEqual([]);
  });

  test.each([
    ['waits since a while', ago(60), ['state_waiting']],
    ['has no completion yet', null, []],
    ['waits for days, which is the operator’s', ago(MONITORING.state_age_seconds_max + 1), []],
  ])('a date that %s', (_, since, events) => {
    const missing = ['player_game_summary'];
    expect(told((publishing) => logWaiting(publishing, DATE, { missing, since })).events).toEqual(events);
  });
});
