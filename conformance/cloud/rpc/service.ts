import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';
import type { CallVerdict, CloudCall, Gate, Observer } from '../calls.ts';

/** An answer that is an error: a gRPC status and a sentence that says what was expected and what came. */
export class RpcError extends Error {
  readonly code: status;
  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** A decoded request or response. Its shape is Google's definition; the handlers narrow it. */
export type Wire = Record<string, unknown>;

/** Who made a call. */
export interface Caller {
  /** Calls the listener once if the caller gives up before it has its answer. */
  onCancelled(listener: () => void): void;
}

/** The methods that one service serves. A method of the definition that is missing here answers UNIMPLEMENTED. */
export interface ServiceHandlers {
  readonly unary: Readonly<Record<string, (request: Wire, caller: Caller) => Wire | Promise<Wire>>>;
  readonly server_stream?: Readonly<
    Record<string, (request: Wire) => readonly Wire[] | Promise<readonly Wire[]>>
  >;
  /**
   * Streams in both directions; the handler owns the call. The first request opens it: that one passes the
   * gate and is handed over, later ones arrive as `data`.
   */
  readonly duplex?: Readonly<Record<string, (call: ServerDuplexStream<Wire, Wire>, first: Wire) => void>>;
}

/** What every served method needs to know about its surroundings. */
export interface RpcSurroundings {
  readonly service: CloudCall['service'];
  readonly gate: Gate;
  readonly observe: Observer;
  /** The next number of the sequence that both services share. */
  readonly nextSequence: () => number;
}

const PROTO_OPTIONS = {
  keepCase: false,
  longs: String,
  enums: String,
  bytes: Buffer,
  oneofs: true,
  arrays: true,
  defaults: false,
};

/**
 * Loads a service definition from the JSON that Google's client packages ship.
 *
 * @param package_name such as `@google-cloud/firestore`.
 * @param file         inside that package, such as `build/protos/v1.json`.
 * @param service_name full name, such as `google.firestore.v1.Firestore`.
 */
export function loadServiceDefinition(
  package_name: string,
  file: string,
  service_name: string,
): ServiceDefinition {
  const require = createRequire(import.meta.url);
  // The packages' export maps hide these files, so the folder is found first and the file read from it.
  const entry = require.resolve(package_name);
  const root = entry.slice(0, entry.lastIndexOf(package_name) + package_name.length);
  const definition = loadPackage(join(root, file))[service_name];
  if (definition === undefined || 'format' in definition) {
    throw new Error(
      `expected the service ${service_name} in ${package_name}/${file}; is the package installed?`,
    );
  }
  return definition as ServiceDefinition;
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

/** Builds the implementation of one service: gate, then handler, then observer; unknown methods say their name. */
export function implementService(
  definition: ServiceDefinition,
  handlers: ServiceHandlers,
  around: RpcSurroundings,
): UntypedServiceImplementation {
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition)) {
    const duplex = handlers.duplex?.[name];
    if (method.requestStream && duplex !== undefined) {
      implementation[name] = (call: ServerDuplexStream<Wire, Wire>) => openDuplex(name, call, duplex, around);
    } else if (method.requestStream) {
      implementation[name] = (call: ServerDuplexStream<Wire, Wire>) =>
        void call.emit('error', missing(name, around));
    } else if (method.responseStream) {
      const handler = handlers.server_stream?.[name];
      implementation[name] = (call: ServerWritableStream<Wire, Wire>) =>
        void serveStream(name, call, handler, around);
    } else {
      const handler = handlers.unary[name];
      const serve: handleUnaryCall<Wire, Wire> = (call, reply) =>
        void serveUnary(name, call, reply, handler, around);
      implementation[name] = serve;
    }
  }
  return implementation;
}

async function serveUnary(
  name: string,
  call: ServerUnaryCall<Wire, Wire>,
  reply: sendUnaryData<Wire>,
  handler: ((request: Wire, caller: Caller) => Wire | Promise<Wire>) | undefined,
  around: RpcSurroundings,
): Promise<void> {
  const caller: Caller = { onCancelled: (listener) => void call.once('cancelled', listener) };
  await serveThroughGate(name, call.request, around, {
    serve: async () => {
      if (handler === undefined) throw missing(name, around);
      return handler(call.request, caller);
    },
    answer: (response) => reply(null, response),
    refuse: (error) => reply(error),
  });
}

async function serveStream(
  name: string,
  call: ServerWritableStream<Wire, Wire>,
  handler: ((request: Wire) => readonly Wire[] | Promise<readonly Wire[]>) | undefined,
  around: RpcSurroundings,
): Promise<void> {
  await serveThroughGate(name, call.request, around, {
    serve: async () => {
      if (handler === undefined) throw missing(name, around);
      return handler(call.request);
    },
    answer(responses) {
      for (const response of responses) call.write(response);
      call.end();
    },
    refuse: (error) => void call.emit('error', error),
  });
}

interface Exchange<Response> {
  serve(): Promise<Response>;
  answer(response: Response): void;
  refuse(error: { code: status; details: string; metadata: Metadata }): void;
}

async function serveThroughGate<Response>(
  name: string,
  request: Wire,
  around: RpcSurroundings,
  exchange: Exchange<Response>,
): Promise<void> {
  const call: CloudCall = {
    sequence: around.nextSequence(),
    service: around.service,
    method: name,
    project: projectOf(request),
    request,
  };
  const tell = (outcome: string) => around.observe({ kind: 'call', call, outcome });
  const refuse = (code: status, details: string) => {
    tell(status[code]);
    exchange.refuse({ code, details, metadata: new Metadata() });
  };
  try {
    const verdict: CallVerdict = await around.gate(call);
    if (verdict.kind === 'hang') return tell('NO_ANSWER');
    if (verdict.kind === 'fail') return refuse(verdict.code, verdict.message);
    const response = await exchange.serve();
    if (verdict.kind === 'fail_after') return refuse(verdict.code, verdict.message);
    tell('OK');
    exchange.answer(response);
  } catch (error) {
    if (error instanceof RpcError) return refuse(error.code, error.message);
    refuse(
      status.INTERNAL,
      `embedded ${around.service} ${name}: ${error instanceof Error ? error.stack : String(error)}`,
    );
  }
}

function openDuplex(
  name: string,
  call: ServerDuplexStream<Wire, Wire>,
  handler: (call: ServerDuplexStream<Wire, Wire>, first: Wire) => void,
  around: RpcSurroundings,
): void {
  call.once('end', () => call.end());
  call.once('data', (first: Wire) => {
    call.pause();
    void serveThroughGate(name, first, around, {
      serve: async () => handler(call, first),
      answer: () => void call.resume(),
      refuse: (error) => void call.emit('error', error),
    });
  });
}

function missing(name: string, around: RpcSurroundings): RpcError {
  return new RpcError(
    status.UNIMPLEMENTED,
    `${name} is not part of the embedded ${around.service}; docs/embedded-cloud.md lists what is served`,
  );
}

/** The first `projects/ID/…` resource name in the request's own fields, or one level below them. */
function projectOf(request: Wire): string {
  const values = Object.values(request);
  const nested = values.flatMap((value) => (isWire(value) ? Object.values(value) : []));
  for (const value of [...values, ...nested]) {
    const match = typeof value === 'string' ? /^projects\/([^/]+)/.exec(value) : null;
    if (match?.[1] !== undefined) return match[1];
  }
  return '';
}

function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

/** A gRPC server that is listening on 127.0.0.1. */
export interface RunningRpcServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** A port that could not be listened on. */
export class PortError extends Error {}

/**
 * Listens on 127.0.0.1:`port` (0: any free port) without transport security, as Google's emulators do.
 *
 * @throws {PortError} if the port is not free.
 */
export async function listenRpc(
  services: readonly { definition: ServiceDefinition; implementation: UntypedServiceImplementation }[],
  port: number,
): Promise<RunningRpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': 64 * 1024 * 1024,
    'grpc.max_send_message_length': 64 * 1024 * 1024,
  });
  for (const { definition, implementation } of services) server.addService(definition, implementation);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, listening) =>
      error === null ? resolve(listening) : reject(portError(port, error)),
    );
  });
  return {
    port: bound,
    async stop() {
      server.forceShutdown();
    },
  };
}

function portError(port: number, reason: Error): PortError {
  return new PortError(
    `cannot listen on 127.0.0.1:${port}; choose another port, or 0 for any free one (${reason.message})`,
  );
}
