/**
 * The packages whose code is deployed, or is in the archive that npm packs. All packages of this repository are for
 * development, as nothing is installed beside what was built of them; these and what they need run with it all the same.
 */
const DEPLOYED = [
  '@google-cloud/firestore',
  '@google-cloud/functions-framework',
  '@google-cloud/pubsub',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  'ajv',
  'ajv-formats',
  'chokidar',
  'commander',
  'csv-parse',
  'fast-check',
  'google-auth-library',
  'picocolors',
  'pino',
  'protobufjs',
  'uuid',
  'yaml',
] as const;

/** The part of package-lock.json that says who needs whom. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** List the names of all packages that are deployed: the roots, and what they need, however far down. */
export function deployedPackages(lock: LockFile, roots: readonly string[] = DEPLOYED): ReadonlySet<string> {
  const versions = new Map<string, LockedPackage[]>();
  for (const [place, locked] of Object.entries(lock.packages)) {
    const name = place.split('node_modules/').at(-1) ?? '';
    versions.set(name, [...(versions.get(name) ?? []), locked]);
  }
  const found = new Set<string>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name) || !versions.has(name)) continue;
    found.add(name);
    for (const { dependencies, optionalDependencies, peerDependencies } of versions.get(name) ?? []) {
      open.push(...Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
    }
  }
  return found;
}
