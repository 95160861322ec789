import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { PushBody } from '../../../../conformance/cloud/pubsub/push/body.ts';

/** How an endpoint answers one push: a status, or not at all. */
export type Answer = number | 'never';

/** An HTTP server that push requests arrive at. */
export interface Endpoint {
  readonly url: string;
  /** Every wrapped message so far, in order of arrival. */
  readonly bodies: readonly PushBody[];
  /** Every request so far. */
  readonly requests: readonly { readonly headers: IncomingHttpHeaders; readonly text: string }[];
  /** Decides the answer to each request; 200 unless replaced. `earlier` counts pushes of the same message before. */
  answer: (body: PushBody, earlier: number) => Answer;
  /** Payloads so far, as text. */
  texts(): readonly string[];
  close(): Promise<void>;
}

/** Opens an endpoint on a free port. */
export async function openEndpoint(): Promise<Endpoint> {
  const bodies: PushBody[] = [];
  const requests: { headers: IncomingHttpHeaders; text: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      requests.push({ headers: request.headers, text });
      if (!text.startsWith('{')) return void response.end();
      const body: PushBody = JSON.parse(text);
      const earlier = bodies.filter((each) => each.message.messageId === body.message.messageId).length;
      bodies.push(body);
      return send(response, endpoint.answer(body, earlier));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${address.port}/projects/p/topics/t?token=1`,
    bodies,
    requests,
    answer: () => 200,
    texts: () => bodies.map(textOf),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return endpoint;
}

/** The payload of one push, as text. */
export function textOf(body: PushBody): string {
  return Buffer.from(body.message.data ?? '', 'base64').toString();
}

/** 102 goes out ahead of a final answer that never follows. */
function send(response: ServerResponse, answer: Answer): void {
  if (answer === 102) response.writeProcessing(() => response.destroy());
  else if (answer !== 'never') response.writeHead(answer).end();
}
