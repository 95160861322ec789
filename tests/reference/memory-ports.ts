import type { ProcessorRunHistory } from '../../generated/models.ts';
import { PipelineError } from '../../reference/errors/pipeline-error.ts';
import type {
  AlertNotice,
  Broker,
  Documents,
  Files,
  Ids,
  Json,
  Logger,
  Ports,
  Row,
  RowsNote,
  TableName,
  Warehouse,
} from '../../reference/ports/ports.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** One message that the broker accepted, in order of acceptance. */
export interface PublishedMessage {
  readonly topic: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly message_id: string;
}

/** `refuse`: nothing happened and the caller sees an error. `lose_answer`: it happened and the caller sees an error. */
export type Fault = 'refuse' | 'lose_answer' | undefined;

/** Where faults strike; replace a function to inject one, put it back to heal. `nth` counts calls from 1. */
export interface Faults {
  publish: (topic: string, message: Readonly<Record<string, unknown>>, nth: number) => Fault;
  store: (operation: 'read' | 'commit', path: string, nth: number) => Fault;
  /** Awaited before every step of a port; a scheduler that resolves it out of order makes interleavings. */
  pause: (step: string) => Promise<unknown>;
}

/** One log line as it was written. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly sentence: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The ports in memory, with everything that a test may look at or break. */
export interface MemoryPorts extends Ports {
  readonly clock: ManualClock;
  readonly published: PublishedMessage[];
  /** Documents by path, exactly as stored; rows and files are kept apart. */
  readonly stored: Map<string, object>;
  readonly history: Map<string, ProcessorRunHistory>;
  readonly lines: LogLine[];
  /** Every alert that was raised, in order, repeats too. */
  readonly notices: AlertNotice[];
  readonly faults: Faults;
}

const CAS_ATTEMPTS_MAX = 50;

/** Lets rows be written whoever wrote those that are there: the decision of a test that fills a table. */
export function anyhow(): readonly [RowsNote, null] {
  const at = '2024-01-01T00:00:00.000Z';
  return [
    { execution_id: 'seed', started_at: at, as_of: null, skip_downstream_trigger: false, record_count: 1 },
    null,
  ];
}

/** Make fresh ports: empty stores, a clock at `now`, ids that count up, no faults. */
export function createMemoryPorts(now = '2024-01-15T11:00:00.000Z'): MemoryPorts {
  const faults: Faults = {
    publish: () => undefined,
    store: () => undefined,
    pause: () => Promise.resolve(),
  };
  const published: PublishedMessage[] = [];
  const stored = new Map<string, object>();
  const history = new Map<string, ProcessorRunHistory>();
  const lines: LogLine[] = [];
  const notices: AlertNotice[] = [];
  const store = createStoreGate(faults);
  return {
    clock: createManualClock(now),
    ids: createCountingIds(),
    broker: createMemoryBroker(published, faults),
    documents: createMemoryDocuments(stored, store),
    warehouse: createMemoryWarehouse(history, store),
    files: createMemoryFiles(store),
    log: createMemoryLog(lines),
    alerts: { send: (notice) => void notices.push(notice), settled: () => Promise.resolve() },
    notices,
    published,
    stored,
    history,
    lines,
    faults,
  };
}

type StoreGate = <Result>(operation: 'read' | 'commit', path: string, act: () => Result) => Promise<Result>;

function createStoreGate(faults: Faults): StoreGate {
  let nth = 0;
  return async (operation, path, act) => {
    await faults.pause(`${operation} ${path}`);
    nth += 1;
    const fault = faults.store(operation, path, nth);
    if (fault === 'refuse') throw unavailable(operation, path);
    const result = act();
    if (fault === 'lose_answer') throw unavailable(operation, path);
    return result;
  };
}

function unavailable(operation: string, path: string): PipelineError {
  return new PipelineError('STORE_UNAVAILABLE', `expected an answer to ${operation} ${path}, got none`, {
    path,
  });
}

function createCountingIds(): Ids {
  let count = 0;
  return {
    uuid: () => {
      count += 1;
      return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
    },
  };
}

function createMemoryBroker(published: PublishedMessage[], faults: Faults): Broker {
  let nth = 0;
  return {
    publish: async (topic, message, attributes) => {
      await faults.pause(`publish ${topic}`);
      nth += 1;
      const copy = structuredClone(message) as Record<string, unknown>;
      const fault = faults.publish(topic, copy, nth);
      if (fault !== 'refuse') {
        published.push({ topic, message: copy, attributes, message_id: `m${published.length + 1}` });
      }
      if (fault !== undefined) {
        throw new PipelineError('BROKER_UNAVAILABLE', `expected ${topic} to confirm, got ${fault}`, {
          topic,
        });
      }
      return `m${published.length}`;
    },
  };
}

type Where = Readonly<Record<string, string | number | boolean | null>>;

function createMemoryDocuments(stored: Map<string, object>, store: StoreGate): Documents {
  const versions = new Map<string, number>();
  const commit = (path: string, value: object | undefined) => {
    versions.set(path, (versions.get(path) ?? 0) + 1);
    if (value === undefined) stored.delete(path);
    else stored.set(path, structuredClone(value));
  };
  const query = <Value extends object>(
    collection: string,
    where: Where = {},
    from: Readonly<Record<string, string>> = {},
  ) =>
    store('read', collection, () =>
      idsIn(stored, collection)
        .map((id) => ({ id, value: stored.get(`${collection}/${id}`) ?? {} }))
        .filter(({ value }) => matches(value, where))
        .filter(({ value }) => Object.entries(from).every(([path, least]) => isFrom(value, path, least)))
        .map(({ id, value }) => ({ id, value: structuredClone(value) as Value }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  return {
    get: <Value extends object>(path: string) =>
      store('read', path, () => structuredClone(stored.get(path)) as Value | undefined),
    async update<Value extends object, Result>(
      path: string,
      decide: (current: Value | undefined) => readonly [Value | undefined, Result],
    ): Promise<Result> {
      for (let attempt = 1; attempt <= CAS_ATTEMPTS_MAX; attempt += 1) {
        const [version, current] = await store('read', path, () => [
          versions.get(path) ?? 0,
          structuredClone(stored.get(path)) as Value | undefined,
        ]);
        const [next, result] = decide(current);
        if (next === current) return result;
        const won = await store('commit', path, () => {
          if ((versions.get(path) ?? 0) !== version) return false;
          commit(path, next);
          return true;
        });
        if (won) return result;
      }
      throw new PipelineError('STORE_CONFLICT', `expected to win ${path}, lost ${CAS_ATTEMPTS_MAX} times`);
    },
    query,
    count: async (collection, where) => (await query(collection, where)).length,
  };
}

/** Worlds with many documents ask often, so that none but those of the collection are looked at. */
function idsIn(stored: ReadonlyMap<string, object>, collection: string): readonly string[] {
  const begins = `${collection}/`;
  const ids: string[] = [];
  for (const path of stored.keys()) {
    if (path.startsWith(begins) && !path.includes('/', begins.length)) ids.push(path.slice(begins.length));
  }
  return ids;
}

/** Compares dotted field paths, as a document store does. */
function matches(value: object, where: Where): boolean {
  return Object.entries(where).every(([path, expected]) => fieldAt(value, path) === expected);
}

function isFrom(value: object, path: string, least: string): boolean {
  const found = fieldAt(value, path);
  return typeof found === 'string' && found >= least;
}

function fieldAt(value: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], value);
}

function createMemoryWarehouse(history: Map<string, ProcessorRunHistory>, store: StoreGate): Warehouse {
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

function createMemoryFiles(store: StoreGate): Files {
  const files = new Map<string, string>();
  return {
    write: (path, content) => store('commit', path, () => void files.set(path, JSON.stringify(content))),
    read: (path) =>
      store('read', path, () => {
        const text = files.get(path);
        return text === undefined ? undefined : (JSON.parse(text) as Json);
      }),
  };
}

function createMemoryLog(lines: LogLine[]): Logger {
  const write =
    (level: LogLine['level']) =>
    (sentence: string, fields: LogLine['fields'] = {}) => {
      lines.push({ level, sentence, fields });
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
