import { createServer } from 'node:http';
import type { Answer } from './operations.ts';

/** One push that arrived, and how it was answered. */
export interface Pushed {
  readonly payload: string;
  readonly attributes: string;
  readonly answer: Answer;
}

/** What arrived at one subscription's path, and how it is answered. */
export interface Inbox {
  readonly url: string;
  readonly pushed: Pushed[];
}

/** An endpoint for pushes of all sequences. */
export interface Endpoint {
  /** Opens a path of its own. @param answers to the deliveries of each message; the last one holds for all later ones. */
  open(answers: readonly Answer[]): Inbox;
  close(): Promise<void>;
}

/** Opens the endpoint on a free port. */
export async function openEndpoint(): Promise<Endpoint> {
  const inboxes = new Map<string, { readonly inbox: Inbox; readonly answers: readonly Answer[] }>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const opened = inboxes.get(request.url ?? '');
      if (opened === undefined) return void response.writeHead(200).end();
      const { message } = JSON.parse(Buffer.concat(chunks).toString());
      const payload = Buffer.from(message.data ?? '', 'base64').toString();
      const attributes = JSON.stringify(Object.entries(message.attributes ?? {}).sort());
      const earlier = opened.inbox.pushed.filter((each) => each.payload === payload).length;
      const answer = opened.answers[Math.min(earlier, opened.answers.length - 1)] ?? 200;
      opened.inbox.pushed.push({ payload, attributes, answer });
      if (answer === 'cut') request.socket.destroy();
      else response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    open(answers) {
      const path = `/${inboxes.size}`;
      const inbox: Inbox = { url: `http://127.0.0.1:${port}${path}`, pushed: [] };
      inboxes.set(path, { inbox, answers });
      return inbox;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
