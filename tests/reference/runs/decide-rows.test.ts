import { describe, expect, test } from 'vitest';
import type { RowsNote } from '../../../reference/ports/ports.ts';
import { decideRows } from '../../../reference/runs/decide-rows.ts';

const held: RowsNote = {
  execution_id: 'held',
  started_at: '2024-01-15T11:00:00.000Z',
  as_of: '2024-01-15T10:00:00Z',
  skip_downstream_trigger: false,
  record_count: 22,
};
const later: RowsNote = { ...held, execution_id: 'later', started_at: '2024-01-15T11:05:00.000Z' };
const newer: RowsNote = { ...later, as_of: '2024-01-15T10:30:00.5Z' };
const older: RowsNote = { ...later, as_of: '2024-01-15T09:59:59.999Z' };
const silent = { skip_downstream_trigger: true };
const empty = { record_count: 0 };

describe('IDEM-001 a table holds the rows of what was collected last', () => {
  test.each<readonly [string, RowsNote | undefined, RowsNote, string]>([
    ['an empty table takes anything', undefined, older, 'written'],
    ['a newer source replaces', held, newer, 'written'],
    ['an older source does not', held, older, 'superseded'],
    ['a later run of the same source replaces', held, later, 'written'],
    [
      'a run without a time of its own replaces what came before it',
      held,
      { ...later, as_of: null },
      'written',
    ],
    ['the run itself may write again', held, { ...held, record_count: 3 }, 'written'],
    ['no rows do not replace rows', held, { ...newer, ...empty }, 'kept'],
    ['no rows replace no rows', { ...held, ...empty }, { ...newer, ...empty }, 'written'],
    ['BACK-004 a live run replaces a backfill of any age', { ...held, ...silent }, older, 'written'],
    ['a backfill does not replace what was collected after it', held, { ...older, ...silent }, 'superseded'],
    ['a backfill of what was collected later replaces', held, { ...newer, ...silent }, 'written'],
  ])('%s', (_name, before, wanted, outcome) => {
    const note = outcome === 'written' ? wanted : before;
    expect(decideRows(before, wanted)).toEqual([note, outcome]);
  });
});

describe('IDEM-006 a run whose claim was taken over writes no rows', () => {
  const untimed = { as_of: null };

  test('when the run after it has written', () => {
    const heir = { ...later, ...untimed };
    expect(decideRows(heir, { ...held, ...untimed })).toEqual([heir, 'kept']);
  });

  test('also when that was a backfill, or found nothing', () => {
    for (const change of [silent, empty]) {
      const heir = { ...later, ...untimed, ...change };
      expect(decideRows(heir, { ...held, ...untimed })).toEqual([heir, 'kept']);
    }
  });
});
