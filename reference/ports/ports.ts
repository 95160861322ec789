import type { ProcessorRunHistory } from '../../generated/models.ts';

/** A value that survives JSON: everything that is stored or sent. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One warehouse row: flat, named columns. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Where the time comes from. Decisions never ask it; shells put the time into the event. */
export interface Clock {
  now(): Date;
  /** Resolves after `duration_ms`; a test's clock resolves it when it is advanced. */
  wait(duration_ms: number): Promise<void>;
}

/** Where fresh ids come from: random UUIDs in production, a counter in tests. */
export interface Ids {
  uuid(): string;
}

/** Sends messages. Resolves with the broker's message id once the broker has confirmed. */
export interface Broker {
  /**
   * @throws {PipelineError} BROKER_UNAVAILABLE when the broker did not confirm; the message may or may not be out.
   *         INVALID_OUTGOING_MESSAGE when it refuses the message for good.
   */
  publish(topic: string, message: object, attributes: Readonly<Record<string, string>>): Promise<string>;
}

/** What an update says beside its decision. */
export interface Beside<Result> {
  /** Runs that the same commit records in the history: with the next state, or not at all. */
  readonly runs?: (result: Result) => readonly ProcessorRunHistory[];
  /**
   * True where there mostly is no document yet: it is created first, and looked at only when that fails. Not for claims: the
   * first call of a cold process may run out of time, and a claim that lands after that keeps others out.
   */
  readonly is_mostly_new?: boolean;
}

/**
 * Documents with compare-and-set. Paths alternate collection and id, such as `phase3_completion/2024-01-15`.
 * Every method throws PipelineError STORE_UNAVAILABLE when the store does not answer.
 */
export interface Documents {
  get<Value extends object>(path: string): Promise<Value | undefined>;
  /**
   * Reads a document, asks `decide`, and commits the next state only if nobody wrote in between; on a conflict it
   * reads and asks again, so `decide` must be pure. Returning the state it was given writes nothing.
   *
   * Updates of one path that come while another is under way share the next commit: each is decided on what the one
   * before it has decided, and all are committed or none.
   *
   * @returns the second half of the decision that was committed.
   * @throws {PipelineError} STORE_CONFLICT when rivals kept winning.
   */
  update<Value extends object, Result>(
    path: string,
    decide: (current: Value | undefined) => readonly [next: Value | undefined, result: Result],
    beside?: Beside<Result>,
  ): Promise<Result>;
  /**
   * The documents of a collection whose fields equal all of `where` and hold text that is not before that of `from`, in
   * order of id; ids are the last path segment. A dot leads into a map.
   */
  query<Value extends object>(
    collection: string,
    where?: Readonly<Record<string, string | number | boolean | null>>,
    from?: Readonly<Record<string, string>>,
  ): Promise<readonly { readonly id: string; readonly value: Value }[]>;
  /** How many documents `query` would return. */
  count(
    collection: string,
    where?: Readonly<Record<string, string | number | boolean | null>>,
  ): Promise<number>;
}

/** A warehouse table by dataset and name, such as nba_raw.bdl_player_boxscores. */
export interface TableName {
  readonly dataset: string;
  readonly table: string;
}

/** What lies by the rows of a table for one date and run: which run they are of. */
export interface RowsNote {
  readonly execution_id: string;
  /** When that run began; ISO 8601 in UTC. */
  readonly started_at: string;
  /** When its source was collected; null where it has no time of its own. */
  readonly as_of: string | null;
  readonly skip_downstream_trigger: boolean;
  readonly record_count: number;
  /** What the table hands on to later dates; absent in a table that does not look back. */
  readonly handed_on?: string;
}

/** Tables per game_date and run, and the history of runs. */
export interface Warehouse {
  /**
   * Replaces all rows of one table for one date and run, keyed by `key(row)`, if `decide` says so of the note that lies by
   * them; rows of other dates stay. The note is compared and set with the rows: who wrote in between makes it ask again,
   * so `decide` must be pure. Returning the note that it was given writes nothing.
   *
   * @returns the second half of the decision that was committed.
   * @throws {PipelineError} STORE_CONFLICT when rivals kept winning.
   */
  replaceRows<Result>(
    table: TableName,
    game_date: string,
    run: number,
    rows: readonly Row[],
    key: (row: Row) => string,
    decide: (held: RowsNote | undefined) => readonly [next: RowsNote, result: Result],
  ): Promise<Result>;
  /** Adds or replaces one row. */
  putRow(table: TableName, game_date: string, run: number, key: string, row: Row): Promise<void>;
  /** The rows of one date and run, in order of key. */
  rows(table: TableName, game_date: string, run: number): Promise<readonly Row[]>;
  row(table: TableName, game_date: string, run: number, key: string): Promise<Row | undefined>;
  /**
   * What the last date before `game_date` has handed on in a table, of its highest run. One index, and as many reads as
   * that date has runs; `undefined` when no earlier date has handed anything on.
   */
  handedOnBefore(table: TableName, game_date: string): Promise<string | undefined>;
  /** Stores a run under its execution_id; storing it again replaces it. */
  recordRun(history: ProcessorRunHistory): Promise<void>;
  /** Finished runs whose columns equal all of `where`, oldest first. */
  runs(
    where: Readonly<Record<string, string | number | boolean | null>>,
  ): Promise<readonly ProcessorRunHistory[]>;
}

/** Scraped files by path, such as gs://nba-scraped/bdl_box_scores/2024-01-15/….json. */
export interface Files {
  write(path: string, content: Json): Promise<void>;
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Json | undefined>;
}

/** Structured log lines; `fields` carry correlation_id, game_date and phase wherever they are known. */
export interface Logger {
  debug(sentence: string, fields?: Readonly<Record<string, unknown>>): void;
  info(sentence: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(sentence: string, fields?: Readonly<Record<string, unknown>>): void;
  error(sentence: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What people are told; the same `alert`, game_date and run is the same alert. */
export interface AlertNotice {
  readonly severity: 'critical' | 'warning' | 'info';
  /** Its fixed name, such as low_coverage. */
  readonly alert: string;
  /** What was expected, what came, and what to do. */
  readonly sentence: string;
  readonly game_date: string;
  readonly run: number;
  readonly correlation_id: string | null;
  /** More for the log line; the channels are not told. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Tells people by whatever channels are set up. */
export interface Alerts {
  /** Returns at once and never throws; a repeat is told to nobody. */
  send(notice: AlertNotice): void;
  /** Resolves when every notice so far has been taken or given up. */
  settled(): Promise<void>;
}

/** Everything that a component needs of the outside world. */
export interface Ports {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly broker: Broker;
  readonly documents: Documents;
  readonly warehouse: Warehouse;
  readonly files: Files;
  readonly log: Logger;
  readonly alerts: Alerts;
}

/** One HTTP request, as any server hands it over. Header names are lower case; the body is raw. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One HTTP answer; a body is sent as JSON, `undefined` sends none. */
export interface HttpAnswer {
  readonly status: number;
  readonly body?: Json;
}

/** A component's door: it answers, or throws a PipelineError that the shell turns into an answer. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpAnswer>;
