import type { Mutant } from '../mutant.ts';

/** What goes wrong in Phase 5. */
export const PREDICTIONS: readonly Mutant[] = [
  {
    id: 'P02-result-of-another-batch-counted',
    fault: 'A result of another batch is counted for this one.',
    patches: [
      {
        file: 'predictions/batch/decide-player.ts',
        find: "if (current === undefined || current.batch_id !== result.batch_id) return [current, 'stranger'];",
        replace: "if (current === undefined) return [current, 'stranger'];",
      },
    ],
    only: ['COORD-007'],
    caught_by: ['COORD-007'],
  },
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
  {
    id: 'P07-scheduler-call-refused',
    fault: "The scheduler's call without a content type is refused.",
    patches: [
      {
        file: 'predictions/routes/request.ts',
        find: 'const body = readJsonBody(request);',
        replace:
          "const body = readJsonBody(request);\n  if (!request.headers['content-type']) throw new PipelineError('INVALID_REQUEST', 'no content type');",
      },
    ],
    only: ['COORD-005'],
    caught_by: ['COORD-005'],
  },
  {
    id: 'P08-any-number-of-players-will-do',
    fault: 'A start goes on however few players are ready.',
    patches: [
      {
        file: 'predictions/readiness/decide-readiness.ts',
        find: 'return ready >= READINESS.degraded_players_min',
        replace: 'return ready >= 0',
      },
    ],
    only: ['COORD-006'],
    caught_by: ['COORD-006'],
  },
  {
    id: 'T03-past-dates-predicted',
    fault: 'A late trigger of a date long past starts a batch.',
    patches: [
      {
        file: 'predictions/readiness/calendar.ts',
        find: 'return game_date < businessDate(now);',
        replace: 'return game_date < businessDate(new Date(0));',
      },
    ],
    only: ['trigger-for-a-past-date'],
    caught_by: ['COORD-004'],
  },
  {
    id: 'P09-status-never-fails',
    fault: 'The status is 200 although the deadline passed without predictions; nobody is called.',
    patches: [
      {
        file: 'predictions/routes/status.ts',
        find: "status.sla === 'missed' ? 503 : 200",
        replace: '200',
      },
    ],
    only: ['COORD-010'],
    caught_by: ['COORD-010'],
  },
];
