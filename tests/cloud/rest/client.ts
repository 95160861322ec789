import { randomUUID } from 'node:crypto';
import type { BackendName, RestDifferenceId } from '../differences.ts';

/** The REST side of a cloud that the behaviour suite drives. */
export interface RestBackend {
  readonly name: BackendName;
  readonly pubsub_host: string;
  readonly firestore_host: string;
}

/** Tells whether this backend departs from the documented service in one point. */
export function departs(backend: RestBackend, _id: RestDifferenceId): boolean {
  return backend.name === 'google';
}

/** What came back: the HTTP status, and the body as JSON. */
export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** One project of one test. Paths begin behind the project, or behind `…/documents`. */
export interface RestWorld {
  readonly project: string;
  /** Full name of a document, as requests and answers spell it. */
  documentName(path: string): string;
  topicName(id: string): string;
  pubsub(verb: string, path: string, body?: unknown): Promise<Answer>;
  firestore(verb: string, path: string, body?: unknown): Promise<Answer>;
}

/** Opens a fresh project on a backend. */
export function openWorld({ pubsub_host, firestore_host }: RestBackend): RestWorld {
  const project = `demo-${randomUUID()}`;
  const documents = `projects/${project}/databases/(default)/documents`;
  return {
    project,
    documentName: (path) => `${documents}/${path}`,
    topicName: (id) => `projects/${project}/topics/${id}`,
    pubsub: (verb, path, body) => send(verb, `http://${pubsub_host}/v1/projects/${project}${path}`, body),
    firestore: (verb, path, body) => send(verb, `http://${firestore_host}/v1/${documents}${path}`, body),
  };
}

/** Sends one request; a body that is text goes out as it is. Google's Firestore emulator wants an owner for some calls. */
export async function send(verb: string, url: string, body?: unknown): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method: verb,
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  return {
    status: response.status,
    json: answer.startsWith('{') || answer.startsWith('[') ? JSON.parse(answer) : answer,
  };
}

/** The form of an error in Google's REST APIs; the message is free. */
export function refused(http_status: number, code: string): object {
  return {
    status: http_status,
    json: { error: { code: http_status, message: expectText, status: code } },
  };
}

/** Matches any text that is not empty. */
const expectText = { asymmetricMatch: (text: unknown) => typeof text === 'string' && text !== '' };
