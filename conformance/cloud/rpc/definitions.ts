import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@grpc/grpc-js';
import protobuf from 'protobufjs';

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

/** A method in the JSON of a service, as far as it is read here. */
interface MethodJson {
  readonly requestType: string;
  readonly responseType: string;
  readonly requestStream?: boolean;
  readonly responseStream?: boolean;
}

/**
 * Loads a service definition. Its messages are read when the first of them is: that takes longer than all the rest of a start.
 *
 * @throws {Error} if the package is not installed or has no such service.
 */
export function loadServiceDefinition(source: ServiceSource): ServiceDefinition {
  const { package_name, file, service_name } = source;
  const definitions = readDefinitions(definitionsPath(source));
  const methods = definitions.methodsOf(service_name);
  if (methods === undefined) {
    throw new Error(
      `expected the service ${service_name} in ${package_name}/${file}; is the package installed?`,
    );
  }
  const served = Object.entries(methods).map(([name, method]) => {
    const request = codec(() => definitions.type(service_name, method.requestType));
    const response = codec(() => definitions.type(service_name, method.responseType));
    return [
      name,
      {
        path: `/${service_name}/${name}`,
        originalName: `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
        requestStream: method.requestStream === true,
        responseStream: method.responseStream === true,
        requestSerialize: request.serialize,
        requestDeserialize: request.deserialize,
        responseSerialize: response.serialize,
        responseDeserialize: response.deserialize,
      },
    ] as const;
  });
  return withOlderVersions(Object.fromEntries(served), source.older_versions ?? []);
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

/** What one file defines. */
interface Definitions {
  /** Undefined when there is no such service. */
  methodsOf(service: string): Readonly<Record<string, MethodJson>> | undefined;
  /** A message type by its name, as it is seen from a service. */
  type(service: string, name: string): protobuf.Type;
}

const read = new Map<string, Definitions>();

/** Reads a file once, and makes its message types at the first question for one. */
function readDefinitions(path: string): Definitions {
  const known = read.get(path);
  if (known !== undefined) return known;
  const json: protobuf.INamespace = JSON.parse(readFileSync(path, 'utf8'));
  let root: protobuf.Root | undefined;
  const definitions: Definitions = {
    methodsOf(service) {
      const found = service
        .split('.')
        .reduce<protobuf.INamespace | undefined>((at, name) => at?.nested?.[name] as typeof at, json);
      return (found as { readonly methods?: Record<string, MethodJson> } | undefined)?.methods;
    },
    type(service, name) {
      root ??= protobuf.Root.fromJSON(json);
      return root.lookupService(service).lookupType(name);
    },
  };
  read.set(path, definitions);
  return definitions;
}

/** Reads and writes one message type. */
interface Codec {
  readonly serialize: (message: object) => Buffer;
  readonly deserialize: (bytes: Buffer) => object;
}

function codec(find: () => protobuf.Type): Codec {
  let found: protobuf.Type | undefined;
  let written_as_is = false;
  const type = () => {
    if (found !== undefined) return found;
    found = find();
    written_as_is = !hasEnums(found, new Set());
    return found;
  };
  return {
    serialize(message) {
      const own = type();
      // A writer takes numbers, texts and bytes as they are; names of enums alone must be looked up.
      return own.encode(written_as_is ? message : own.fromObject(message)).finish() as Buffer;
    },
    deserialize(bytes) {
      const own = type();
      return own.toObject(own.decode(bytes), PROTO_OPTIONS);
    },
  };
}

/** Whether an enum is somewhere in a message. */
function hasEnums(type: protobuf.Type, seen: Set<protobuf.Type>): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  return type.fieldsArray.some((field) => {
    const { resolvedType } = field.resolve();
    if (resolvedType === null) return false;
    return resolvedType instanceof protobuf.Enum || hasEnums(resolvedType, seen);
  });
}
