/** One suite of Google's, and how it is pointed at a cloud. */
export interface Suite {
  readonly id: string;
  /** As the table calls it. */
  readonly label: string;
  /** The folder inside the one that the command names. */
  readonly folder: string;
  /** Compiled test files, inside the folder. */
  readonly files: readonly string[];
  /** The variable that points its client at a cloud, and which address it takes. */
  readonly host: { readonly variable: string; readonly of: 'pubsub_host' | 'firestore_host' };
  readonly environment: Readonly<Record<string, string>>;
}

const FIRESTORE = {
  folder: 'nodejs-firestore',
  files: ['build/system-test/firestore.js'],
  host: { variable: 'FIRESTORE_EMULATOR_HOST', of: 'firestore_host' },
} as const;

/** What is run, in the order of the table. */
export const SUITES: readonly Suite[] = [
  { ...FIRESTORE, id: 'firestore-grpc', label: 'nodejs-firestore over gRPC', environment: {} },
  {
    ...FIRESTORE,
    id: 'firestore-rest',
    label: 'nodejs-firestore over REST',
    environment: { FIRESTORE_PREFER_REST: 'true' },
  },
  {
    id: 'pubsub',
    label: 'nodejs-pubsub',
    folder: 'nodejs-pubsub',
    files: ['build/system-test/pubsub.js'],
    host: { variable: 'PUBSUB_EMULATOR_HOST', of: 'pubsub_host' },
    environment: {},
  },
];
