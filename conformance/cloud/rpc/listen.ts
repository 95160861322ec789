import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { PortError } from './port-error.ts';

/** A server that is listening on 127.0.0.1. */
export interface RunningServer {
  readonly port: number;
  /** Breaks off what is under way and frees the port. */
  stop(): Promise<void>;
}

const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/** What every HTTP/2 connection begins with; no HTTP/1 method begins with these letters. */
const HTTP2_BEGINNING = Buffer.from('PRI ');

/**
 * Listens on 127.0.0.1:`port` (0: any free port) without transport security, for gRPC and for HTTP/1 on the same
 * port, as Google's emulators do. The first bytes of a connection decide which of the two it is.
 *
 * @throws {PortError} if the port is not free.
 */
export async function listen(
  services: readonly { definition: ServiceDefinition; implementation: UntypedServiceImplementation }[],
  rest: RequestListener,
  port: number,
): Promise<RunningServer> {
  const grpc = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
    // Counters that nobody reads, for each call.
    'grpc.enable_channelz': 0,
  });
  for (const { definition, implementation } of services) grpc.addService(definition, implementation);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  // A connection stays open until its client closes it: a time-out would race with the client's next request.
  const http = createServer({ keepAliveTimeout: 0 }, rest);

  const open = new Set<Socket>();
  const tcp = createTcpServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    readBeginning(socket, (is_http2) => {
      if (is_http2) injector.injectConnection(socket);
      else http.emit('connection', socket);
    });
  });
  const bound = await bind(tcp, port);
  return {
    port: bound,
    async stop() {
      const closed = new Promise((resolve) => tcp.close(resolve));
      grpc.forceShutdown();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Waits for enough bytes to tell the protocols apart, and puts them back before it tells. */
function readBeginning(socket: Socket, tell: (is_http2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const ignore = () => socket.destroy();
  const look = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    seen = Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, HTTP2_BEGINNING.length);
    const is_http2 = seen.subarray(0, compared).equals(HTTP2_BEGINNING.subarray(0, compared));
    if (is_http2 && compared < HTTP2_BEGINNING.length) return;
    socket.off('readable', look);
    socket.off('error', ignore);
    socket.unshift(seen);
    tell(is_http2);
  };
  socket.on('readable', look);
  socket.on('error', ignore);
}

function bind(tcp: ReturnType<typeof createTcpServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    tcp.once('error', (reason) =>
      reject(
        new PortError(
          `cannot listen on 127.0.0.1:${port}; choose another port, or 0 for any free one (${reason.message})`,
        ),
      ),
    );
    tcp.listen(port, '127.0.0.1', () => {
      const address = tcp.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
