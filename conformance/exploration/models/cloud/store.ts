import type { Operation, ReadReply, Reply } from './calls.ts';

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
