import {
  type handleUnaryCall,
  Metadata,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { CallVerdict, CloudCall, Gate, Observer } from '../calls.ts';
import { servingFor } from '../origin.ts';
import { StorageError } from '../storage/storage.ts';
import { loadServiceDefinition, type ServiceSource } from './definitions.ts';
import { type ErrorInfo, encodeStatus } from './error-details.ts';

/** An answer that is an error: a gRPC status and a sentence that says what was expected and what came. */
export class RpcError extends Error {
  readonly code: status;
  readonly info: ErrorInfo | undefined;
  constructor(code: status, message: string, info?: ErrorInfo) {
    super(message);
    this.code = code;
    this.info = info;
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
  /** Through which door calls come; null through the main ports. */
  readonly origin: string | null;
  readonly gate: Gate;
  readonly observe: Observer;
  /** The next number of the sequence that both services share. */
  readonly nextSequence: () => number;
  /** Awaited before every answer, so that nothing is answered that is not kept; undefined where nothing is kept. */
  readonly kept?: (() => Promise<void>) | undefined;
}

/** One service, ready to be added to a gRPC server, and what it is made of, for servers of other protocols. */
export interface ServedService {
  readonly source: ServiceSource;
  readonly handlers: ServiceHandlers;
  readonly around: RpcSurroundings;
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/** Serves the methods of one service definition: gate, then handler, then observer; unknown methods say their name. */
export function serveService(
  source: ServiceSource,
  handlers: ServiceHandlers,
  around: RpcSurroundings,
): ServedService {
  const definition = loadServiceDefinition(source);
  return { source, handlers, around, definition, implementation: implement(definition, handlers, around) };
}

/** Make the same service serve calls of another door. */
export function servedThrough(origin: string, service: ServedService): ServedService {
  const around = { ...service.around, origin };
  return { ...service, around, implementation: implement(service.definition, service.handlers, around) };
}

function implement(
  definition: ServiceDefinition,
  handlers: ServiceHandlers,
  around: RpcSurroundings,
): UntypedServiceImplementation {
  const implementation: UntypedServiceImplementation = {};
  for (const [key, method] of Object.entries(definition)) {
    const name = methodName(key);
    const duplex = handlers.duplex?.[name];
    if (method.requestStream && duplex !== undefined) {
      implementation[key] = (call: ServerDuplexStream<Wire, Wire>) => openDuplex(name, call, duplex, around);
    } else if (method.requestStream) {
      implementation[key] = (call: ServerDuplexStream<Wire, Wire>) =>
        void call.emit('error', missing(name, around));
    } else if (method.responseStream) {
      const handler = handlers.server_stream?.[name];
      implementation[key] = (call: ServerWritableStream<Wire, Wire>) =>
        void serveStream(name, call, handler, around);
    } else {
      const handler = handlers.unary[name];
      const serve: handleUnaryCall<Wire, Wire> = (call, reply) =>
        void serveUnary(name, call, reply, handler, around);
      implementation[key] = serve;
    }
  }
  return implementation;
}

/** A method of an older version is the same method. */
function methodName(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
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
    isGone: () => call.cancelled,
    answer: (response) => reply(null, response),
    refuse: (code, details, info) => reply(grpcError(code, details, info)),
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
    refuse: (code, details, info) => void call.emit('error', grpcError(code, details, info)),
  });
}

function grpcError(
  code: status,
  details: string,
  info: ErrorInfo | undefined,
): { code: status; details: string; metadata: Metadata } {
  const metadata = new Metadata();
  if (info !== undefined) metadata.set('grpc-status-details-bin', encodeStatus(code, details, info));
  return { code, details, metadata };
}

/** How one call is served and answered, whatever the protocol. Without an answer nothing is called. */
export interface Exchange<Response> {
  serve(): Promise<Response>;
  /** Whether the caller has left without waiting for the answer, so that to it the outcome is unknown. */
  isGone?(): boolean;
  answer(response: Response): void;
  refuse(code: status, message: string, info?: ErrorInfo): void;
}

/** Serves one call as the gate decides, and tells the observer how it ended. Never rejects. */
export async function serveThroughGate<Response>(
  name: string,
  request: Wire,
  around: RpcSurroundings,
  exchange: Exchange<Response>,
): Promise<void> {
  const call: CloudCall = {
    sequence: around.nextSequence(),
    service: around.service,
    method: name,
    origin: around.origin,
    project: projectOf(request),
    request,
  };
  const tell = (outcome: string) => around.observe({ kind: 'call', call, outcome });
  const refuse = (code: status, details: string, info?: ErrorInfo) => {
    tell(status[code]);
    exchange.refuse(code, details, info);
  };
  try {
    const verdict: CallVerdict = await around.gate(call);
    if (verdict.kind === 'hang') return tell('NO_ANSWER');
    if (verdict.kind === 'fail') return refuse(verdict.code, verdict.message);
    const serving = servingFor(around.origin, () => exchange.serve());
    // A refusal tells of what is there, too: it waits as an answer does.
    const response = await (around.kept === undefined ? serving : serving.finally(around.kept));
    if (verdict.kind === 'fail_after') return refuse(verdict.code, verdict.message);
    await verdict.answer_after;
    tell(exchange.isGone?.() === true ? status[status.CANCELLED] : 'OK');
    exchange.answer(response);
  } catch (error) {
    if (error instanceof RpcError) return refuse(error.code, error.message, error.info);
    if (error instanceof StorageError) return refuse(status.UNAVAILABLE, error.message);
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
  if (around.kept !== undefined) tellKeptOnly(call, around.kept);
  call.once('data', (first: Wire) => {
    call.pause();
    void serveThroughGate(name, first, around, {
      serve: async () => handler(call, first),
      answer: () => void call.resume(),
      refuse: (code, details, info) => void call.emit('error', grpcError(code, details, info)),
    });
  });
}

/** Makes a stream tell only what is kept, in its order. */
function tellKeptOnly(call: ServerDuplexStream<Wire, Wire>, kept: () => Promise<void>): void {
  const write = call.write.bind(call) as (message: Wire) => boolean;
  let last = Promise.resolve();
  call.write = (message: Wire) => {
    last = last.then(kept).then(
      () => {
        if (!call.destroyed && !call.writableEnded) write(message);
      },
      (error: unknown) => void call.emit('error', grpcError(status.UNAVAILABLE, String(error), undefined)),
    );
    return true;
  };
}

/** Creates the error for a method that this server does not serve. */
export function missing(name: string, around: RpcSurroundings): RpcError {
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

/** Tell a message apart from lists, bytes, texts, numbers and null. */
export function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
