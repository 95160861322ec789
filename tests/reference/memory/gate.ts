import { PipelineError } from '../../../reference/errors/pipeline-error.ts';

/** `refuse`: nothing happened and the caller sees an error. `lose_answer`: it happened and the caller sees an error. */
export type Fault = 'refuse' | 'lose_answer' | undefined;

/** Where faults strike; replace a function to inject one, put it back to heal. `nth` counts calls from 1. */
export interface Faults {
  publish: (topic: string, message: Readonly<Record<string, unknown>>, nth: number) => Fault;
  store: (operation: 'read' | 'commit', path: string, nth: number) => Fault;
  /** Awaited before every step of a port; a scheduler that resolves it out of order makes interleavings. */
  pause: (step: string) => Promise<unknown>;
}

/** Does something in the store, unless a fault strikes. */
export type StoreGate = <Result>(
  operation: 'read' | 'commit',
  path: string,
  act: () => Result,
) => Promise<Result>;

/** Make the gate before every store; its calls count from 1. */
export function createStoreGate(faults: Faults): StoreGate {
  let nth = 0;
  return async (operation, path, act) => {
    await faults.pause(`${operation} ${path}`);
    nth += 1;
    const fault = faults.store(operation, path, nth);
    if (fault === 'refuse') throw unavailable(operation, path);
    const result = act();
    if (fault === 'lose_answer') throw unavailable(operation, path);
    return result;
  };
}

function unavailable(operation: string, path: string): PipelineError {
  return new PipelineError('STORE_UNAVAILABLE', `expected an answer to ${operation} ${path}, got none`, {
    path,
  });
}
