import type { ProcessorRunHistory } from '../../generated/models.ts';
import { PipelineError } from '../../reference/errors/pipeline-error.ts';
import type {
  AlertNotice,
  Broker,
  Files,
  Ids,
  Json,
  Logger,
  Ports,
  RowsNote,
} from '../../reference/ports/ports.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { createMemoryDocuments } from './memory/documents.ts';
import { createStoreGate, type Faults, type StoreGate } from './memory/gate.ts';
import { createMemoryWarehouse } from './memory/warehouse.ts';

/** One message that the broker accepted, in order of acceptance. */
export interface PublishedMessage {
  readonly topic: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly message_id: string;
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
    documents: createMemoryDocuments(stored, history, store),
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
