import { describe, expect, test } from 'vitest';
import { drawMany } from '../../../conformance/checks/drawn/grammar/draw.ts';
import { drawOrchestratorHistory } from '../../../conformance/checks/drawn/grammar/orchestrators.ts';
import { completionOf } from '../../../conformance/checks/drawn/run/completion.ts';
import { parcelsOf } from '../../../conformance/checks/drawn/run/ids.ts';
import {
  analyticsCompletion,
  precomputeCompletion,
} from '../../../conformance/checks/recipes/orchestrators.ts';
import { metadataOf } from '../../../conformance/history/select.ts';
import { validate } from '../../../generated/validation.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const ids = { execution: () => ID, correlation: () => ID, message: () => '1' };
const KINDS = [
  ['phase3-to-phase4-orchestrator', 'AnalyticsCompletion', analyticsCompletion],
  ['phase4-orchestrator', 'PrecomputeCompletion', precomputeCompletion],
] as const;

describe('what drawn completions say beside their status', () => {
  test.each(KINDS)('to %s is what the contract allows', (orchestrator, kind, build) => {
    const drawn = drawMany((draw, nth) => drawOrchestratorHistory(draw, orchestrator, nth), {
      seed: 20240115,
      count: 120,
    });
    const parcels = drawn.flatMap(parcelsOf);
    const said = parcels.filter(({ says, without }) => says !== undefined || without !== undefined);
    const messages = said.map((parcel) =>
      completionOf(parcel, { timestamp: '2024-01-15T11:00:00.000Z' }, ids, (name, overrides) =>
        build({ id: () => ID }, name, '2024-01-15', parcel.run ?? 1, overrides),
      ),
    );
    expect(messages.flatMap((message) => validate(kind, 'receive', message))).toEqual([]);
    expect(new Set(said.flatMap(({ says = {} }) => Object.keys(says)))).toEqual(
      new Set([
        'record_count',
        'records_failed',
        'timestamp',
        'trigger_source',
        'trigger_message_id',
        'parent_processor',
        'duration_seconds',
        'output_table',
        'metadata',
      ]),
    );
    expect(messages.some((message) => metadataOf(message)['run'] === undefined)).toBe(true);
    expect(parcels.some(({ run }) => run === 12)).toBe(true);
    expect(new Set(parcels.map(({ version = 4 }) => version))).toEqual(new Set([1, 4, 5, 7]));
  });
});
