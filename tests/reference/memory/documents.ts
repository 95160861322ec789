import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import type { Beside, Documents } from '../../../reference/ports/ports.ts';
import type { StoreGate } from './gate.ts';
import { fieldAt, matches, type Where } from './matching.ts';

const CAS_ATTEMPTS_MAX = 50;

/** Make documents in memory, each with a version that a commit must still find. */
export function createMemoryDocuments(
  stored: Map<string, object>,
  history: Map<string, ProcessorRunHistory>,
  store: StoreGate,
): Documents {
  const versions = new Map<string, number>();
  const commit = (path: string, value: object | undefined) => {
    versions.set(path, (versions.get(path) ?? 0) + 1);
    if (value === undefined) stored.delete(path);
    else stored.set(path, structuredClone(value));
  };
  const query = <Value extends object>(
    collection: string,
    where: Where = {},
    from: Readonly<Record<string, string>> = {},
  ) =>
    store('read', collection, () =>
      idsIn(stored, collection)
        .map((id) => ({ id, value: stored.get(`${collection}/${id}`) ?? {} }))
        .filter(({ value }) => matches(value, where))
        .filter(({ value }) => Object.entries(from).every(([path, least]) => isFrom(value, path, least)))
        .map(({ id, value }) => ({ id, value: structuredClone(value) as Value }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  return {
    get: <Value extends object>(path: string) =>
      store('read', path, () => structuredClone(stored.get(path)) as Value | undefined),
    async update<Value extends object, Result>(
      path: string,
      decide: (current: Value | undefined) => readonly [Value | undefined, Result],
      beside: Beside<Result> = {},
    ): Promise<Result> {
      for (let attempt = 1; attempt <= CAS_ATTEMPTS_MAX; attempt += 1) {
        const [version, current] = await store('read', path, () => [
          versions.get(path) ?? 0,
          structuredClone(stored.get(path)) as Value | undefined,
        ]);
        const [next, result] = decide(current);
        if (next === current) return result;
        const won = await store('commit', path, () => {
          if ((versions.get(path) ?? 0) !== version) return false;
          commit(path, next);
          for (const run of beside.runs?.(result) ?? []) history.set(run.execution_id, structuredClone(run));
          return true;
        });
        if (won) return result;
      }
      throw new PipelineError('STORE_CONFLICT', `expected to win ${path}, lost ${CAS_ATTEMPTS_MAX} times`);
    },
    query,
    count: async (collection, where) => (await query(collection, where)).length,
  };
}

/** Worlds with many documents ask often, so that none but those of the collection are looked at. */
function idsIn(stored: ReadonlyMap<string, object>, collection: string): readonly string[] {
  const begins = `${collection}/`;
  const ids: string[] = [];
  for (const path of stored.keys()) {
    if (path.startsWith(begins) && !path.includes('/', begins.length)) ids.push(path.slice(begins.length));
  }
  return ids;
}

function isFrom(value: object, path: string, least: string): boolean {
  const found = fieldAt(value, path);
  return typeof found === 'string' && found >= least;
}
