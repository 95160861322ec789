import type { ProcessorRunHistory } from '../../../generated/models.ts';
import type { Row, RowsNote, TableName, Warehouse } from '../../../reference/ports/ports.ts';
import type { StoreGate } from './gate.ts';
import { matches } from './matching.ts';

/** Make a warehouse in memory: rows by table, date and run, and the history of runs. */
export function createMemoryWarehouse(
  history: Map<string, ProcessorRunHistory>,
  store: StoreGate,
): Warehouse {
  const tables = new Map<string, Map<string, Row>>();
  const notes = new Map<string, RowsNote>();
  const slate = ({ dataset, table }: TableName, game_date: string, run: number) => {
    const name = `${dataset}.${table}/${game_date}.r${run}`;
    const rows = tables.get(name) ?? new Map<string, Row>();
    tables.set(name, rows);
    return { name, rows };
  };
  return {
    replaceRows: (table, game_date, run, rows, key, decide) => {
      const { name, rows: kept } = slate(table, game_date, run);
      return store('commit', name, () => {
        const held = notes.get(name);
        const [next, result] = decide(held);
        if (next === held) return result;
        notes.set(name, next);
        kept.clear();
        for (const row of rows) kept.set(key(row), { ...row });
        return result;
      });
    },
    putRow: (table, game_date, run, key, row) => {
      const { name, rows } = slate(table, game_date, run);
      return store('commit', `${name}/${key}`, () => void rows.set(key, { ...row }));
    },
    rows: (table, game_date, run) => {
      const { name, rows } = slate(table, game_date, run);
      return store('read', name, () => [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row));
    },
    row: (table, game_date, run, key) => {
      const { name, rows } = slate(table, game_date, run);
      return store('read', `${name}/${key}`, () => rows.get(key));
    },
    handedOnBefore: ({ dataset, table }, game_date) =>
      store('read', `${dataset}.${table}`, () => {
        const held = [...notes].flatMap(([name, note]) => {
          const [place, slate = ''] = name.split('/');
          const [date = '', run = ''] = slate.split('.r');
          const is_earlier = place === `${dataset}.${table}` && date < game_date;
          return is_earlier && note.handed_on !== undefined ? [{ date, run: Number(run), note }] : [];
        });
        return held.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.run - b.run)).at(-1)?.note
          .handed_on;
      }),
    recordRun: (run) =>
      store('commit', `processor_run_history/${run.execution_id}`, () => {
        history.set(run.execution_id, structuredClone(run));
      }),
    runs: (where) =>
      store('read', 'processor_run_history', () =>
        [...history.values()]
          .filter((run) => matches(run, where))
          .sort((a, b) => (a.finished_at < b.finished_at ? -1 : a.finished_at > b.finished_at ? 1 : 0)),
      ),
  };
}
