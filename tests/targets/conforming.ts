import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** An implementation that keeps every MUST. */
export interface Conforming {
  readonly name: string;
  /** Its target file. */
  readonly file: string;
  /** Programs that it needs beside Node. */
  readonly needs: readonly string[];
  /** Requirements of level SHOULD that it does not keep, on purpose. */
  readonly told: readonly string[];
  /** A run of it takes several times as long as one of the others. */
  readonly slow?: boolean;
}

/** The implementations that share no code with the reference or with each other. */
export const CONFORMING: readonly Conforming[] = [
  stranger('merging', { needs: [], told: [] }),
  stranger('functions', { needs: [], told: ['ACK-007', 'ACK-012'], slow: true }),
  stranger('durable', { needs: ['redis-server'], told: [] }),
  stranger('batches', { needs: ['python3'], told: [] }),
  stranger('ledger', { needs: ['python3'], told: [], slow: true }),
  stranger('journal', { needs: [], told: [] }),
  stranger('python', { needs: ['python3'], told: [] }),
  stranger('unclaimed', { needs: ['python3'], told: ['CASC-014', 'FANIN-011'] }),
];

function stranger(name: string, rest: Pick<Conforming, 'needs' | 'told' | 'slow'>): Conforming {
  return {
    name,
    file: path.join(fileURLToPath(new URL(`${name}/`, import.meta.url)), 'target.yaml'),
    ...rest,
  };
}
