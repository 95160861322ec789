import { type Book, notePublished, noteReceived } from './book.ts';
import type { RunningCloud } from './program.ts';

const PROJECT = 'projects/demo-kills';
const DOCUMENTS = `${PROJECT}/databases/(default)/documents`;
const WRITERS = 4;
const PUBLISHERS = 2;

/** One life of the cloud as its clients see it: calls reject once it is killed. */
export interface Connection {
  readonly cloud: RunningCloud;
  readonly book: Book;
  /** Told after each call that was sent and after each that was answered. */
  heard(what: 'sent' | 'answered'): void;
}

/** A call that was answered, but not as it should be. */
class Refused extends Error {}

async function call(
  { cloud, book, heard }: Connection,
  service: 'pubsub' | 'firestore',
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answering = fetch(`${cloud[service]}/v1/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  heard('sent');
  const response = await answering;
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Refused(`${method} ${path}: ${JSON.stringify(answer)}`);
  book.answers += 1;
  heard('answered');
  return answer;
}

/** Creates what the clients use. Only the first life does. */
export async function prepare(connection: Connection): Promise<void> {
  await call(connection, 'pubsub', 'PUT', `${PROJECT}/topics/news`, {});
  for (const name of ['work', 'archive']) {
    await call(connection, 'pubsub', 'PUT', `${PROJECT}/subscriptions/${name}`, {
      topic: `${PROJECT}/topics/news`,
      ackDeadlineSeconds: 600,
    });
    connection.book.resources.add(`${PROJECT}/subscriptions/${name}`);
  }
}

/** Lets all clients work until the cloud is gone. What else stops them is a fault. */
export async function work(connection: Connection, life: number): Promise<void> {
  const clients = [
    ...Array.from({ length: WRITERS }, (_, index) => write(connection, `writer-${index}`)),
    ...Array.from({ length: PUBLISHERS }, (_, index) => publish(connection, `${life}-${index}`)),
    consume(connection),
    administrate(connection, life),
  ];
  for (const ended of await Promise.allSettled(clients)) {
    if (ended.status === 'rejected' && ended.reason instanceof Refused)
      connection.book.faults.push(`refused: ${ended.reason.message}`);
  }
}

/** Commits two documents with the same number, a new document, the removal of an older one, and an increment. */
async function write(connection: Connection, writer: string): Promise<never> {
  const { book } = connection;
  const name = (path: string) => `${DOCUMENTS}/${path}`;
  const progress = book.written.get(writer) ?? { answered: 0, tried: 0 };
  book.written.set(writer, progress);
  for (;;) {
    const number = progress.tried + 1;
    progress.tried = number;
    book.counted.tried += 1;
    const fields = { n: { integerValue: String(number) }, text: { stringValue: 'x'.repeat(number % 300) } };
    const [made, gone] = [`made/${writer}-${number}`, `made/${writer}-${number - 3}`];
    const old = book.created.has(gone);
    book.created.delete(gone);
    await call(connection, 'firestore', 'POST', `${DOCUMENTS}:commit`, {
      writes: [
        { update: { name: name(`left/${writer}`), fields } },
        { update: { name: name(`left/${writer}/right/${writer}`), fields } },
        { update: { name: name(made), fields }, currentDocument: { exists: false } },
        ...(old ? [{ delete: name(gone) }] : []),
        {
          transform: {
            document: name('shared/counter'),
            fieldTransforms: [{ fieldPath: 'n', increment: { integerValue: '1' } }],
          },
        },
      ],
    });
    progress.answered = number;
    book.counted.answered += 1;
    book.created.add(made);
    if (old) book.removed.add(gone);
  }
}

async function publish(connection: Connection, publisher: string): Promise<never> {
  const { book } = connection;
  for (let number = 1; ; number += 1) {
    const payloads = Array.from(
      { length: 1 + (number % 3) },
      (_, index) => `${publisher}-${number}-${index}`,
    );
    for (const payload of payloads) book.offered.add(payload);
    const { messageIds } = await call(connection, 'pubsub', 'POST', `${PROJECT}/topics/news:publish`, {
      messages: payloads.map((payload) => ({ data: Buffer.from(payload).toString('base64') })),
    });
    for (const [index, id] of (messageIds as readonly string[]).entries())
      notePublished(book, id, payloads[index] ?? '');
  }
}

interface Received {
  readonly ackId: string;
  readonly message: { readonly data: string };
}

/** Pulls once. @returns the messages, each noted. */
async function pull(connection: Connection, max: number): Promise<readonly Received[]> {
  const { receivedMessages = [] } = await call(
    connection,
    'pubsub',
    'POST',
    `${PROJECT}/subscriptions/work:pull`,
    { maxMessages: max, returnImmediately: true },
  );
  for (const { message } of receivedMessages as readonly Received[])
    noteReceived(connection.book, textOf(message.data));
  return receivedMessages as readonly Received[];
}

/** Pulls a few messages, acks most of them and hands some back. */
async function consume(connection: Connection): Promise<never> {
  for (let turn = 1; ; turn += 1) {
    const received = await pull(connection, 5);
    const nacked = turn % 4 === 0 ? received.slice(0, 1) : [];
    const acked = received.slice(nacked.length);
    const subscription = `${PROJECT}/subscriptions/work`;
    if (nacked.length > 0) {
      const ackIds = nacked.map(({ ackId }) => ackId);
      await call(connection, 'pubsub', 'POST', `${subscription}:modifyAckDeadline`, {
        ackIds,
        ackDeadlineSeconds: 0,
      });
    }
    if (acked.length === 0) continue;
    await call(connection, 'pubsub', 'POST', `${subscription}:acknowledge`, {
      ackIds: acked.map(({ ackId }) => ackId),
    });
    for (const { message } of acked) connection.book.acked.add(textOf(message.data));
  }
}

/** Creates a topic, a subscription and a snapshot, again and again, and removes the topic of the time before. */
async function administrate(connection: Connection, life: number): Promise<never> {
  const { book } = connection;
  for (let number = 1; ; number += 1) {
    const topic = `${PROJECT}/topics/extra-${life}-${number}`;
    const subscription = `${PROJECT}/subscriptions/extra-${life}-${number}`;
    const snapshot = `${PROJECT}/snapshots/extra-${life}-${number}`;
    await call(connection, 'pubsub', 'PUT', topic, { labels: { life: String(life) } });
    book.resources.add(topic);
    await call(connection, 'pubsub', 'PUT', subscription, { topic, filter: 'attributes:kind' });
    book.resources.add(subscription);
    await call(connection, 'pubsub', 'PUT', snapshot, {
      subscription: `${PROJECT}/subscriptions/archive`,
    });
    book.resources.add(snapshot);
    const before = `${PROJECT}/topics/extra-${life}-${number - 1}`;
    if (!book.resources.delete(before)) continue;
    await call(connection, 'pubsub', 'DELETE', before);
  }
}

/** Looks whether everything that was answered is there. Faults go into the book. */
export async function inspect(connection: Connection): Promise<void> {
  const { book } = connection;
  const numberAt = async (path: string) => {
    const document = await call(connection, 'firestore', 'GET', `${DOCUMENTS}/${path}`).catch(absent);
    const fields = document?.['fields'] as { n?: { integerValue?: string } } | undefined;
    return Number(fields?.n?.integerValue ?? 0);
  };
  for (const [writer, progress] of book.written) {
    const [left, right] = [
      await numberAt(`left/${writer}`),
      await numberAt(`left/${writer}/right/${writer}`),
    ];
    if (left !== right) book.faults.push(`a commit of ${writer} holds by half: ${left} and ${right}`);
    if (left < progress.answered || left > progress.tried)
      book.faults.push(`${writer} was answered ${progress.answered} of ${progress.tried}, and finds ${left}`);
    // What was tried and not answered is known now; the next life goes on from here.
    Object.assign(progress, { answered: left });
  }
  const count = await numberAt('shared/counter');
  if (count < book.counted.answered || count > book.counted.tried)
    book.faults.push(`the counter is ${count}; ${book.counted.answered} to ${book.counted.tried} is right`);
  const made = new Set<string>();
  for (let token = ''; ; ) {
    const page = await call(
      connection,
      'firestore',
      'GET',
      `${DOCUMENTS}/made?pageSize=300&pageToken=${token}`,
    );
    for (const { name } of (page['documents'] ?? []) as readonly { readonly name: string }[])
      made.add(name.slice(DOCUMENTS.length + 1));
    token = String(page['nextPageToken'] ?? '');
    if (token === '') break;
  }
  for (const path of book.created) if (!made.has(path)) book.faults.push(`${path} was created and is gone`);
  for (const path of book.removed) if (made.has(path)) book.faults.push(`${path} was removed and is there`);
  for (const path of book.resources)
    if ((await call(connection, 'pubsub', 'GET', path).catch(absent)) === undefined)
      book.faults.push(`${path} was created and is gone`);
}

function absent(error: unknown): undefined {
  if (error instanceof Refused && error.message.includes('NOT_FOUND')) return undefined;
  throw error;
}

/** Takes everything that is left, and looks whether each answered publish was acked or comes, in both subscriptions. */
export async function drain(connection: Connection): Promise<void> {
  const { book } = connection;
  for (;;) {
    const received = await pull(connection, 1000);
    if (received.length === 0) break;
    await call(connection, 'pubsub', 'POST', `${PROJECT}/subscriptions/work:acknowledge`, {
      ackIds: received.map(({ ackId }) => ackId),
    });
  }
  const archived = new Map<string, string>();
  for (;;) {
    const { receivedMessages = [] } = await call(
      connection,
      'pubsub',
      'POST',
      `${PROJECT}/subscriptions/archive:pull`,
      { maxMessages: 1000, returnImmediately: true },
    );
    const received = receivedMessages as readonly {
      readonly message: { readonly data: string; readonly messageId: string };
    }[];
    if (received.length === 0) break;
    for (const { message } of received) archived.set(message.messageId, textOf(message.data));
  }
  for (const [id, payload] of book.published) {
    if (!book.received.has(payload)) book.faults.push(`${payload} was published, and never came`);
    if (archived.get(id) !== payload)
      book.faults.push(`${payload} was published as message ${id}, and the archive has ${archived.get(id)}`);
  }
}

function textOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
