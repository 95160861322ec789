import { describe, expect, test } from 'vitest';
import { DRAWN_RECEIVERS } from '../../../../conformance/checks/drawn/all.ts';
import type { DrawnReceiver } from '../../../../conformance/checks/drawn/receiver.ts';
import { COORDINATOR_RECEIVER } from '../../../../conformance/checks/drawn/receivers/coordinator.ts';
import { ORCHESTRATOR_RECEIVERS } from '../../../../conformance/checks/drawn/receivers/orchestrators.ts';
import { WORKER_RECEIVER } from '../../../../conformance/checks/drawn/receivers/worker.ts';
import type { Payload } from '../../../../conformance/history/events.ts';
import { metadataOf } from '../../../../conformance/history/select.ts';
import type { HttpHandler } from '../../../../reference/ports/ports.ts';
import type { Program } from './play.ts';
import { playDrawn, REFERENCE } from './reference.ts';

const SEED = 20240115;
const HISTORIES = 40;

/** Plays drawn histories side by side, and names what the model says of each. */
async function playMany(program: Program, receiver: DrawnReceiver): Promise<ReadonlySet<string>> {
  const found = await playDrawn(program, receiver, SEED, HISTORIES);
  return new Set(found.flatMap(({ anomalies }) => anomalies.map(({ requirement }) => requirement)));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** A program one of whose receivers answers something itself. */
function spoiled(receiver: string, spoil: (handler: HttpHandler) => HttpHandler): Program {
  const make = REFERENCE.receivers[receiver];
  if (make === undefined) throw new Error(`no ${receiver}`);
  return {
    ...REFERENCE,
    receivers: { ...REFERENCE.receivers, [receiver]: (ports, settings) => spoil(make(ports, settings)) },
  };
}

// A call that is held back outlasts a claim, so that some histories take seconds.
describe('drawn histories on the reference in memory', { timeout: 60_000 }, () => {
  test.each(DRAWN_RECEIVERS)('its $receiver breaks nothing', async (receiver) => {
    expect([...(await playMany(REFERENCE, receiver))]).toEqual([]);
  });

  test('a coordinator that retries nobody breaks COORD-009', async () => {
    const lazy = spoiled(
      'phase5-coordinator',
      (handler) => async (request) =>
        request.path === '/retry' ? { status: 200, body: {} } : handler(request),
    );
    expect(await playMany(lazy, COORDINATOR_RECEIVER)).toContain('COORD-009');
  });

  test('a worker that acks later attempts without a word breaks IDEM-010', async () => {
    const deaf = spoiled('phase5-worker', (handler) => async (request) => {
      const envelope = JSON.parse(request.body.toString('utf8')) as { message: { data: string } };
      const asked = JSON.parse(Buffer.from(envelope.message.data, 'base64').toString('utf8')) as {
        attempt: number;
      };
      return asked.attempt > 1 ? { status: 204 } : handler(request);
    });
    expect(await playMany(deaf, WORKER_RECEIVER)).toContain('IDEM-010');
  });

  test.each([
    ['phase3-to-phase4-orchestrator', ORCHESTRATOR_RECEIVERS[0] as DrawnReceiver, 'FANIN-001'],
    ['phase5-worker', WORKER_RECEIVER, 'IDEM-009'],
    ['phase5-coordinator', COORDINATOR_RECEIVER, 'COORD-007'],
  ])('a %s that refuses an execution_id in capitals refuses a UUID', async (component, receiver, owed) => {
    const strict = spoiled(component, (handler) => async (request) => {
      const envelope = textOf(request.body);
      const message = textOf(Buffer.from(/"data":"([^"]*)"/.exec(envelope)?.[1] ?? '', 'base64'));
      const is_capital = /"execution_id":"[^"]*[A-F]/.test(message);
      return is_capital ? { status: 400, body: { error: 'no UUID' } } : handler(request);
    });
    expect(await playMany(strict, receiver)).toContain(owed);
  });

  test.each<[string, (completion: Payload) => boolean]>([
    ['a success without records', ({ status, record_count }) => status === 'success' && record_count === 0],
    [
      'a success that could not process some of its records',
      ({ status, records_failed }) => status === 'success' && records_failed !== 0,
    ],
    ['a run that was started by hand', ({ trigger_source }) => trigger_source !== 'pubsub'],
    ['a completion that says no run', (completion) => metadataOf(completion)['run'] === undefined],
  ])('an orchestrator that acks %s and does not count it loses a trigger', async (_what, isLost) => {
    const deaf = spoiled('phase3-to-phase4-orchestrator', (handler) => async (request) => {
      if (request.path !== '/') return handler(request);
      const { message } = JSON.parse(textOf(request.body)) as { message: { data: string } };
      const completion = JSON.parse(textOf(Buffer.from(message.data, 'base64'))) as Payload;
      return isLost(completion) ? { status: 204 } : handler(request);
    });
    expect(await playMany(deaf, ORCHESTRATOR_RECEIVERS[0] as DrawnReceiver)).toContain('FANIN-001');
  });

  test('an orchestrator that acks before it works breaks a promise of its fan-in', async () => {
    const hasty = spoiled('phase3-to-phase4-orchestrator', (handler) => async (request) => {
      void handler(request).catch(() => {});
      return { status: 200 };
    });
    expect((await playMany(hasty, ORCHESTRATOR_RECEIVERS[0] as DrawnReceiver)).size).toBeGreaterThan(0);
  });
});
