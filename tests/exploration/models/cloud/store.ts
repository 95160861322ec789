import type { FaultName } from '../../../../conformance/exploration/schedule/faults.ts';
import type { Operation, ReadReply, Refusal, Reply } from './calls.ts';

/** Documents with versions that count up from 1 with each commit. */
export interface ModelStore {
  read(path: string): ReadReply;
  commit(operation: Extract<Operation, { kind: 'commit' }>): Reply;
}

const NONE: ReadReply = { ok: true, value: undefined, version: 0 };
const DONE: Reply = { ok: true };
const CONFLICT: Reply = { ok: false, code: 'FAILED_PRECONDITION' };

/** Create an empty store with compare-and-set on single documents. */
export function createModelStore(): ModelStore {
  const documents = new Map<string, ReadReply>();
  return {
    read(path) {
      return documents.get(path) ?? NONE;
    },
    commit({ path, value, expected }) {
      const version = documents.get(path)?.version ?? 0;
      if (expected !== undefined && expected !== version) return CONFLICT;
      documents.set(path, { ok: true, value, version: version + 1 });
      return DONE;
    },
  };
}

/** What becomes of one call: whether it was done, and what its caller hears, if anything. */
export interface Served {
  readonly done: boolean;
  readonly reply: Reply | undefined;
}

const UNAVAILABLE: Refusal = { ok: false, code: 'UNAVAILABLE' };
const DENIED: Refusal = { ok: false, code: 'PERMISSION_DENIED' };
const ABORTED: Refusal = { ok: false, code: 'ABORTED' };
const DEADLINE: Refusal = { ok: false, code: 'DEADLINE_EXCEEDED' };
const PUBLISHED: Served = { done: true, reply: { ok: true } };

const REFUSED: Readonly<Partial<Record<FaultName, Served>>> = {
  unavailable: { done: false, reply: UNAVAILABLE },
  refused: { done: false, reply: DENIED },
  aborted: { done: false, reply: ABORTED },
  deadline_before: { done: false, reply: DEADLINE },
  no_answer: { done: false, reply: undefined },
  crash: { done: false, reply: undefined },
};

/** Serve one call under a fault. */
export function serve(store: ModelStore, operation: Operation, fault: FaultName | undefined): Served {
  if (fault === undefined) return act(store, operation);
  const refused = REFUSED[fault];
  if (refused !== undefined) return refused;
  const { done } = act(store, operation);
  return { done, reply: fault === 'deadline_after' ? DEADLINE : undefined };
}

function act(store: ModelStore, operation: Operation): Served {
  switch (operation.kind) {
    case 'read':
      return { done: true, reply: store.read(operation.path) };
    case 'commit': {
      const reply = store.commit(operation);
      return { done: reply.ok, reply };
    }
    case 'publish':
      return PUBLISHED;
  }
}
