import { fault, type Mutant } from '../mutant.ts';

/** What goes wrong in Phase 5. */
export const PREDICTIONS: readonly Mutant[] = [
  fault(
    'P02-result-of-another-batch-counted',
    'COORD-007',
    'A result of another batch is counted for this one.',
    'predictions/batch/decide-player.ts',
    "if (current === undefined || current.batch_id !== result.batch_id) return [current, 'stranger'];",
    "if (current === undefined) return [current, 'stranger'];",
  ),
  {
    id: 'P03-failed-request-forgotten',
    fault: 'One request fails to publish, nobody sends it again, and the batch never ends.',
    patches: [
      {
        file: 'predictions/rounds/publish-round.ts',
        find: 'if (failures.length === 0) return pending.length;',
        replace: 'if (failures.length >= 0) return pending.length;',
      },
      {
        file: 'predictions/batch/decide-stragglers.ts',
        find: 'request: [...wanted].filter((player_lookup) => !completed.has(player_lookup)).sort(),',
        replace:
          "request: players.filter((player) => player.state === 'failed').map((player) => player.player_lookup),",
      },
    ],
    only: ['COORD-011'],
    caught_by: ['COORD-011'],
  },
  {
    id: 'P04-retry-asks-everyone',
    fault: 'A retry asks for every player again.',
    patches: [
      {
        file: 'predictions/batch/decide-stragglers.ts',
        find: '[...wanted].filter((player_lookup) => !completed.has(player_lookup)).sort()',
        replace: '[...wanted].sort()',
      },
      {
        file: 'predictions/batch/decide-player.ts',
        find: "(known.state === 'completed' || known.round >= batch.round)",
        replace: 'known.round >= batch.round',
      },
    ],
    only: ['COORD-009'],
    caught_by: ['COORD-009'],
  },
  fault(
    'P07-scheduler-call-refused',
    'COORD-005',
    "The scheduler's call without a content type is refused.",
    'http/request.ts',
    'const body = readJsonBody(request);',
    "const body = readJsonBody(request);\n  if (!request.headers['content-type']) throw new PipelineError('INVALID_REQUEST', 'no content type');",
  ),
  fault(
    'P08-any-number-of-players-will-do',
    'COORD-006',
    'A start goes on however few players are ready.',
    'predictions/readiness/decide-readiness.ts',
    'return ready >= READINESS.degraded_players_min',
    'return ready >= 0',
  ),
  fault(
    'T03-past-dates-predicted',
    { only: ['trigger-for-a-past-date'], caught_by: ['COORD-004'] },
    'A late trigger of a date long past starts a batch.',
    'calendar/calendar.ts',
    'return game_date < businessDate(now);',
    'return game_date < businessDate(new Date(0));',
  ),
  fault(
    'P09-status-never-fails',
    'COORD-010',
    'The status is 200 although the deadline passed without predictions; nobody is called.',
    'predictions/routes/status.ts',
    "status.sla === 'missed' ? 503 : 200",
    '200',
  ),
  fault(
    'P05-early-trigger-swallowed',
    'COORD-029',
    'The one event of the date comes before its players are ready, is acked, and nobody starts the batch.',
    'predictions/routes/trigger.ts',
    "if (decision === 'not_ready') return notReady(address, phase4);",
    "if (decision === 'not_ready') return { ...notReady(address, phase4), status: 204 };",
  ),
  fault(
    'P06-started-told-as-nothing-to-do',
    'COORD-030',
    'A trigger that starts a batch is answered as one that has nothing to start.',
    'predictions/routes/trigger.ts',
    'return { status: 202, body: { status: outcome, ...address, batch_id, requests } };',
    'return batch_id === undefined || requests < 0 ? notReady(address, wish.phase4) : { status: 204 };',
  ),
  fault(
    'P10-status-fails-after-the-deadline',
    'COORD-010',
    'After the deadline the status is 503 whatever the coverage, and somebody is called every morning.',
    'predictions/status/decide-status.ts',
    "sla: is_covered ? 'met' : batch === undefined && no_games ? 'none' : now < due ? 'open' : 'missed',",
    "sla: batch === undefined && no_games ? 'none' : now < due ? (is_covered ? 'met' : 'open') : 'missed',",
  ),
  fault(
    'P11-retry-asks-who-is-not-ready',
    'COORD-009',
    'A retry asks for everybody without a prediction, also for players who are ready no longer.',
    'predictions/rounds/retry-round.ts',
    'const ready = eligiblePlayers(phase4.ready_rows, batch.min_minutes);',
    'const ready = players.map(({ value }) => value.player_lookup).concat(eligiblePlayers(phase4.ready_rows, batch.min_minutes));',
  ),
  {
    id: 'P12-batch-unknown-after-a-restart',
    fault: 'The status knows only the batches that its own instance has started.',
    patches: [
      {
        file: 'predictions/rounds/start-batch.ts',
        find: 'const { batch_id } = batch;',
        replace: 'const { batch_id } = batch;\n  Object.assign(globalThis, { [batch_id]: true });',
      },
      {
        file: 'predictions/status/batch-status.ts',
        find: 'if (batch === undefined) {',
        replace: 'if (batch === undefined || !(batch.batch_id in globalThis)) {',
      },
    ],
    only: ['restart-in-the-middle-of-a-batch'],
    caught_by: ['COORD-012'],
  },
  fault(
    'P13-players-without-features-requested',
    { only: ['ready-feature-store-starts-one-batch'], caught_by: ['COORD-001'] },
    'Everybody on the list is requested, ready or not.',
    'predictions/readiness/phase4.ts',
    "rows.filter((row) => row['ready'] === true);",
    "rows.filter((row) => row['ready'] !== undefined);",
  ),
  fault(
    'P14-claim-on-a-batch-never-expires',
    { only: ['crash-while-batches-are-published'], caught_by: ['COORD-012'] },
    'The claim of an instance that died stands for ever, so nobody carries on with its batch.',
    'predictions/batch/claim.ts',
    'return batch.claim_expires_at > at.now && !at.abandoned',
    'return !at.abandoned',
  ),
];
