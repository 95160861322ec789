import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type Cell, type GoogleType, valueIn } from './values.ts';

/** Where `scripts/strangers/googlesql.sh` has put the program and its interface. */
const PLACE = fileURLToPath(new URL('../../../.cache/googlesql/', import.meta.url));
const PROTOS = `${PLACE}node_modules/@fivetrandevelopers/zetasql/lib/zetasql/protos`;

/** One column of a table: its name and type. */
export interface TableColumn {
  readonly name: string;
  readonly type: GoogleType;
}

/** Rows with the columns that they have. */
export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Google's own implementation of BigQuery's language, by which it tests others. */
export interface Engine {
  /** Run one query over tables by name. @throws {Error} with GoogleSQL's words. */
  query(sql: string, tables: Readonly<Record<string, Table>>): Promise<Table>;
  stop(): Promise<void>;
}

type Answer = Readonly<Record<string, unknown>>;
type Ask = (request: Answer) => Promise<Answer>;

/** Start GoogleSQL as a process of its own, as BigQuery sets it: without the features that only Google has inside. */
export async function startEngine(): Promise<Engine> {
  const port = await freePort();
  const server = spawn(`${PLACE}googlesql`, ['localhost', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await firstWords(server);
  const service = grpc.loadPackageDefinition(
    loadSync('local_service.proto', { includeDirs: [PROTOS], longs: String, enums: String, keepCase: true }),
  ) as unknown as {
    readonly zetasql: {
      readonly local_service: { readonly ZetaSqlLocalService: grpc.ServiceClientConstructor };
    };
  };
  const client = new service.zetasql.local_service.ZetaSqlLocalService(
    `localhost:${port}`,
    grpc.credentials.createInsecure(),
    { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 },
  );
  const asking =
    (method: string): Ask =>
    (request) =>
      new Promise((resolve, reject) => {
        const call = client[method] as (
          request: Answer,
          done: (error: Error | null, answer: Answer) => void,
        ) => void;
        call.call(client, request, (error, answer) => (error === null ? resolve(answer) : reject(error)));
      });
  const language_options = {
    ...(await asking('GetLanguageOptions')({ maximum_features: true })),
    product_mode: 'PRODUCT_EXTERNAL',
  };
  const evaluate = asking('EvaluateQuery');
  return {
    async query(sql, tables) {
      const answer = await evaluate({
        sql,
        options: { language_options },
        descriptor_pool_list: { definitions: [{ builtin: {} }] },
        simple_catalog: {
          name: 'catalog',
          builtin_function_options: { language_options },
          table: Object.entries(tables).map(([name, { columns }]) => ({ name, column: columns })),
        },
        table_content: Object.fromEntries(
          Object.entries(tables).map(([name, { rows }]) => [
            name,
            { table_data: { row: rows.map((cell) => ({ cell })) } },
          ]),
        ),
      });
      return asTable(answer);
    },
    async stop() {
      client.close();
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    },
  };
}

/** The rows of a table as objects with values of JavaScript: dates and times as ISO 8601, JSON parsed. */
export function objectsOf({ columns, rows }: Table): readonly Readonly<Record<string, unknown>>[] {
  return rows.map((cells) =>
    Object.fromEntries(columns.map(({ name, type }, index) => [name, valueIn(type, cells[index] ?? {})])),
  );
}

function asTable(answer: Answer): Table {
  const { prepared, content } = answer as unknown as {
    readonly prepared: { readonly columns: readonly TableColumn[] };
    readonly content: {
      readonly table_data: { readonly row?: readonly { readonly cell: readonly Cell[] }[] } | null;
    };
  };
  const columns = prepared.columns.map(({ name, type }) => ({ name, type }));
  return { columns, rows: (content.table_data?.row ?? []).map(({ cell }) => cell) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** It says so when it listens. */
function firstWords(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: unknown): void => {
      said += String(chunk);
      if (said.includes('listening')) resolve();
    };
    server.stdout?.on('data', listen);
    server.stderr?.on('data', listen);
    server.once('error', reject);
    server.once('exit', (code) =>
      reject(new Error(`expected GoogleSQL to listen, it ended with ${code}: ${said}`)),
    );
  });
}
