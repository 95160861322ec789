import { subscribe } from 'node:diagnostics_channel';
import type { Server, ServerResponse } from 'node:http';
import { stopServer } from '../serve.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Let requests under way finish before the process ends, whoever has made its server. The functions framework ends the
 * process at once on SIGTERM and answers 500 for what is under way; its listeners are taken off as it puts them on.
 *
 * @param patience_ms  what is not answered by then is broken off: no answer is a nack, and the delivery comes again.
 * @param close        closes the connections of the component, after the last answer.
 */
export function endAfterRequests(patience_ms: number, close: () => Promise<void>): void {
  const servers = new Set<Server>();
  const unanswered = new Set<ServerResponse>();
  let isEnding = false;
  subscribe('http.server.request.start', (message) => {
    const { server, response } = message as { readonly server: Server; readonly response: ServerResponse };
    servers.add(server);
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
    if (isEnding) closeAfter(response);
  });
  const end = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    for (const response of unanswered) closeAfter(response);
    // A server that never had a request is not known here, and has nothing to finish.
    await Promise.all([...servers].map((server) => stopServer(server, patience_ms)));
    await close();
    process.exit(0);
  };
  const onSignal = (): void => void end();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('newListener', (event, listener) => {
    if (!SIGNALS.some((signal) => signal === event) || listener === onSignal) return;
    // Node adds the listener after this call.
    queueMicrotask(() => void process.off(event, listener));
  });
}

/** A connection that is kept alive would keep the server from ending. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
