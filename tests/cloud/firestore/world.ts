import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as FirestorePackage from '@google-cloud/firestore';
import { Firestore } from '@google-cloud/firestore';
import { credentials } from '@grpc/grpc-js';
import { afterEach, beforeEach } from 'vitest';
import type { BackendName, FirestoreDifferenceId } from '../differences.ts';

// The clients would otherwise look for a metadata server that is not there, and warn about it.
process.env['METADATA_SERVER_DETECTION'] = 'none';

// Node's import does not see this export, because the package defines it lazily.
const { v1 } = createRequire(import.meta.url)('@google-cloud/firestore') as typeof FirestorePackage;

type RawClient = InstanceType<typeof v1.FirestoreClient>;
type Request<Method extends keyof RawClient> = RawClient[Method] extends (
  request: infer First,
  ...rest: never[]
) => unknown
  ? NonNullable<First>
  : never;

/** One write, in the words of Google's definition. */
export type WireWrite = NonNullable<Request<'commit'>['writes']>[number];
type WireDocument = NonNullable<Request<'createDocument'>['document']>;
type WireQuery = NonNullable<Request<'runQuery'>['structuredQuery']>;

/** One message of a query's answer. */
export interface QueryAnswer {
  readonly transaction?: Uint8Array | null;
  readonly document?: WireDocument | null;
  readonly readTime?: object | null;
}

/** A Firestore that the behaviour suite drives. */
export interface FirestoreBackend {
  readonly name: BackendName;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** The generated client, which all worlds share because it is slow to build. */
  readonly raw: RawClient;
}

/** Points the suite at a Firestore. Close `raw` when done. */
export function connectBackend(name: BackendName, host: string): FirestoreBackend {
  const [servicePath = '', port] = host.split(':');
  const sslCreds = credentials.createInsecure();
  const options = { servicePath, port: Number(port), sslCreds, projectId: 'demo-clients' };
  return { name, host, raw: new v1.FirestoreClient(options) };
}

/** Tells whether this backend departs from what the suite states, in one point. */
export function departs(backend: FirestoreBackend, _id: FirestoreDifferenceId): boolean {
  return backend.name === 'google';
}

/** One project of one test: the official client, and calls of the API underneath without its retries. */
export interface World {
  readonly project: string;
  readonly db: Firestore;
  /** The generated client, for calls that `db` does not make. */
  readonly raw: RawClient;
  /** Options for `raw`: no retries, and the header that makes an emulator's client an administrator. */
  readonly once: object;
  /** `projects/…/databases/(default)`. */
  readonly database: string;
  /** The full name of a document, or of the root for ''. */
  name(path: string): string;
  /** Another client of the same project, or of another database of it. */
  another(database_id?: string): Firestore;
  begin(options?: Request<'beginTransaction'>['options']): Promise<Uint8Array>;
  /** Reads one document inside a transaction; `undefined` when it is missing. */
  read(path: string, transaction: Uint8Array): Promise<WireDocument | undefined>;
  commit(
    writes: WireWrite[],
    transaction?: Uint8Array,
  ): Promise<readonly { readonly transformResults?: unknown }[]>;
  query(structuredQuery: WireQuery, extra?: Request<'runQuery'>): Promise<readonly QueryAnswer[]>;
  close(): Promise<void>;
}

const NO_RETRY = {
  retryCodes: [],
  backoffSettings: {
    initialRetryDelayMillis: 1,
    retryDelayMultiplier: 1,
    maxRetryDelayMillis: 1,
    maxRetries: 0,
    totalTimeoutMillis: 20_000,
  },
};

/** Connects the official clients to a backend, on a project that nobody has used. */
export function createWorld(backend: FirestoreBackend): World {
  const project = `demo-${randomUUID()}`;
  const database = `projects/${project}/databases/(default)`;
  const { raw } = backend;
  const once = {
    retry: NO_RETRY,
    retryRequestOptions: { retries: 0, noResponseRetries: 0 },
    otherArgs: { headers: { authorization: 'Bearer owner', 'google-cloud-resource-prefix': database } },
  };
  const opened: Firestore[] = [];
  const another = (databaseId = '(default)') => {
    const client = new Firestore({
      projectId: project,
      databaseId,
      host: backend.host,
      ssl: false,
      preferRest: false,
      customHeaders: { Authorization: 'Bearer owner' },
    });
    opened.push(client);
    return client;
  };
  const name = (path: string) => `${database}/documents${path === '' ? '' : `/${path}`}`;
  return {
    project,
    db: another(),
    raw,
    once,
    database,
    name,
    another,
    async begin(options) {
      const [response] = await raw.beginTransaction({ database, ...(options ? { options } : {}) }, once);
      return bytes(response.transaction);
    },
    async read(path, transaction) {
      const stream = raw.batchGetDocuments({ database, documents: [name(path)], transaction }, once);
      const [answer] = await collect<{ readonly found?: WireDocument | null }>(stream);
      return answer?.found ?? undefined;
    },
    async commit(writes, transaction) {
      const [response] = await raw.commit(
        { database, writes, ...(transaction ? { transaction } : {}) },
        once,
      );
      return response.writeResults ?? [];
    },
    query: (structuredQuery, extra = {}) =>
      collect(raw.runQuery({ parent: name(''), structuredQuery, ...extra }, once)),
    async close() {
      await Promise.all(opened.map((client) => client.terminate()));
    },
  };
}

/** Connects a world for each test of the `describe` that calls this, and closes it behind the test. */
export function worldOfEachTest(backend: () => FirestoreBackend): () => World {
  let world: World;
  beforeEach(() => {
    world = createWorld(backend());
  });
  afterEach(() => world.close());
  return () => world;
}

/** Reads a stream of answers to its end. */
export async function collect<Answer>(stream: NodeJS.ReadableStream): Promise<Answer[]> {
  const answers: Answer[] = [];
  return new Promise((resolve, reject) => {
    stream.on('data', (answer: Answer) => answers.push(answer));
    stream.on('error', reject);
    stream.on('end', () => resolve(answers));
  });
}

function bytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Error(`expected a transaction's bytes, got ${typeof value}`);
  return value;
}
