import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';

/** Where an installed package has its own copies, since Google's clients need not be installed beside it. */
const SHIPPED = fileURLToPath(new URL('../../../lib/definitions/', import.meta.url));

/** How a decoded message looks: int64 as decimal strings, enums as names, bytes as Buffer, lists always present. */
export const PROTO_OPTIONS = {
  keepCase: false,
  longs: String,
  enums: String,
  bytes: Buffer,
  oneofs: true,
  arrays: true,
  defaults: false,
};

/** Where a service is defined: in the JSON that one of Google's client packages ships. */
export interface ServiceSource {
  /** Such as `@google-cloud/firestore`. */
  readonly package_name: string;
  /** Inside that package, such as `build/protos/v1.json`. */
  readonly file: string;
  /** Full name, such as `google.firestore.v1.Firestore`. */
  readonly service_name: string;
  /** Older versions of the API that are the same on the wire, such as `v1beta1`; clients may name them instead. */
  readonly older_versions?: readonly string[];
  /** Paths that the service has over REST beside those of its definition, per method. */
  readonly more_paths?: Readonly<Record<string, { readonly get: string }>>;
}

/** Loads a service definition. @throws {Error} if the package is not installed or has no such service. */
export function loadServiceDefinition(source: ServiceSource): ServiceDefinition {
  const { package_name, file, service_name } = source;
  const definition = loadPackage(definitionsPath(source))[service_name];
  if (definition === undefined || 'format' in definition) {
    throw new Error(
      `expected the service ${service_name} in ${package_name}/${file}; is the package installed?`,
    );
  }
  return withOlderVersions(definition as ServiceDefinition, source.older_versions ?? []);
}

/** Every name under which a definition serves a method: its own, and one per older version. */
function withOlderVersions(definition: ServiceDefinition, versions: readonly string[]): ServiceDefinition {
  const older = versions.flatMap((version) =>
    Object.entries(definition).map(([name, method]) => {
      const path = olderVersion(method.path, version);
      return [`${version}.${name}`, { ...method, path, originalName: name }] as const;
    }),
  );
  return { ...definition, ...Object.fromEntries(older) };
}

/** Names an older version where a path of HTTP or gRPC names version 1. */
export function olderVersion(path: string, version: string): string {
  return path.replace(/([/.])v1([/.])/, `$1${version}$2`);
}

/** Finds the file on this machine that holds a service's definition. */
export function definitionsPath({ package_name, file }: ServiceSource): string {
  const shipped = join(SHIPPED, package_name, file);
  if (existsSync(shipped)) return shipped;
  const require = createRequire(import.meta.url);
  // The packages' export maps hide these files, so the folder is found first and the file read from it.
  const entry = require.resolve(package_name);
  const root = entry.slice(0, entry.lastIndexOf(package_name) + package_name.length);
  return join(root, file);
}

const loaded = new Map<string, PackageDefinition>();

/** Reads a file once: building its definitions is most of the time that a start takes. */
function loadPackage(path: string): PackageDefinition {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const definitions = fromJSON(JSON.parse(readFileSync(path, 'utf8')), PROTO_OPTIONS);
  loaded.set(path, definitions);
  return definitions;
}
