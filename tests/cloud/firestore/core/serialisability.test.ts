import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../../../conformance/cloud/clock.ts';
import type { Database } from '../../../../conformance/cloud/firestore/store/database.ts';
import { createDatabases } from '../../../../conformance/cloud/firestore/store/store.ts';
import {
  type Access,
  createAccess,
  type Reading,
} from '../../../../conformance/cloud/firestore/transactions/access.ts';
import type { Value } from '../../../../conformance/cloud/firestore/values/value.ts';
import type { Write } from '../../../../conformance/cloud/firestore/writes/write.ts';
import { integer, storedDocument } from './arbitraries.ts';

/** A read of one document, or of how many documents hold an even number (a query with phantoms). */
type Read = { readonly kind: 'get'; readonly id: string } | { readonly kind: 'count_even' };
/** Reads, and then writes to each target a number that depends on everything read. */
interface Program {
  readonly reads: readonly Read[];
  readonly targets: readonly string[];
  readonly removes: boolean;
}
type State = ReadonlyMap<string, number>;

const IDS = ['x', 'y', 'z'];
const anyRead: fc.Arbitrary<Read> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), id: fc.constantFrom(...IDS) }),
  fc.constant<Read>({ kind: 'count_even' }),
);
const anyProgram: fc.Arbitrary<Program> = fc.record({
  reads: fc.array(anyRead, { maxLength: 3 }),
  targets: fc.subarray(IDS, { minLength: 1, maxLength: 2 }),
  removes: fc.boolean(),
});
const anyPrograms = fc.array(anyProgram, { minLength: 2, maxLength: 4 });

/** What a program writes, from what it read and which program it is. */
function written(index: number, seen: readonly number[]): number {
  return seen.reduce((sum, value) => sum * 3 + value, index + 1);
}

function runSerially(order: readonly number[], programs: readonly Program[]): State {
  const state = new Map<string, number>();
  for (const index of order) {
    const program = programs[index];
    if (program === undefined) continue;
    const seen = program.reads.map((read) =>
      read.kind === 'get' ? (state.get(read.id) ?? 0) : [...state.values()].filter((n) => n % 2 === 0).length,
    );
    for (const id of program.targets) {
      if (program.removes) state.delete(id);
      else state.set(id, written(index, seen));
    }
  }
  return state;
}

function permutations(values: readonly number[]): readonly (readonly number[])[] {
  if (values.length === 0) return [[]];
  return values.flatMap((first) =>
    permutations(values.filter((value) => value !== first)).map((rest) => [first, ...rest]),
  );
}

function readingOf(read: Read): Reading {
  const label = read.kind === 'get' ? read.id : 'even';
  return {
    label,
    keys: [label],
    read: (view) => {
      if (read.kind === 'get') return [{ path: `c/${read.id}`, document: view.get(`c/${read.id}`) }];
      const all = [...view.select({ parent: [], collection_id: 'c', all_descendants: false })];
      const even = all.filter((document) => numberIn(document.fields.get('n')) % 2 === 0);
      return even.map((document) => ({ path: document.path, document }));
    },
  };
}

function numberIn(value: Value | undefined): number {
  return value?.type === 'integer' ? Number(value.value) : 0;
}

function writesOf(program: Program, value: number): readonly Write[] {
  return program.targets.map((id) => {
    const { name, path, segments } = storedDocument(id, new Map());
    const fields = new Map([['n', integer(value)]]);
    const change: Write['change'] = program.removes
      ? { kind: 'delete' }
      : { kind: 'update', fields, mask: undefined, transforms: [] };
    return { name, path, segments, precondition: { kind: 'none' }, change };
  });
}

/** Runs one program; `step` is awaited before each of its calls. Tells whether it committed. */
async function runProgram(
  access: Access,
  database: Database,
  program: Program,
  index: number,
  step: () => Promise<void>,
): Promise<boolean> {
  const token = access.begin(database, { mode: 'read_write', retried: undefined });
  const seen: number[] = [];
  try {
    for (const read of program.reads) {
      await step();
      const { sightings } = await access.read(database, { kind: 'transaction', token }, readingOf(read));
      const got = numberIn(sightings[0]?.document?.fields.get('n'));
      seen.push(read.kind === 'get' ? got : sightings.length);
    }
    await step();
    await access.commit(database, writesOf(program, written(index, seen)), token);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ message: expect.stringMatching(/concurrent write/) });
    return false;
  }
}

/** Finds out whether some order of the committed programs, one after the other, leads to the same documents. */
function expectSomeSerialOrder(
  committed: readonly number[],
  programs: readonly Program[],
  state: State,
): void {
  const orders = permutations(committed);
  const found = orders.some((order) => {
    const serial = runSerially(order, programs);
    return serial.size === state.size && [...serial].every(([id, value]) => state.get(id) === value);
  });
  expect(found, `no serial order of ${committed.join(', ')} gives ${JSON.stringify([...state])}`).toBe(true);
}

function stateOf(database: Database): State {
  const all = database.select({ parent: [], collection_id: 'c', all_descendants: false });
  return new Map([...all].map(({ segments, fields }) => [segments[1] ?? '', numberIn(fields.get('n'))]));
}

describe('transactions are serialisable', () => {
  const open = (patience_ms: number) => {
    const clock = createVirtualClock();
    const database = createDatabases().open({ project: 'demo-p', database: '(default)' });
    return { clock, database, access: createAccess(clock, patience_ms, () => {}) };
  };

  test('any interleaving of small transactions leaves what some serial order of those that committed leaves', async () => {
    const anySchedule = fc.array(fc.nat(3), { maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(anyPrograms, anySchedule, async (programs, schedule) => {
        const { database, access } = open(0);
        const gates = programs.map(() => createGate());
        const runs = programs.map((program, index) =>
          runProgram(access, database, program, index, () => gates[index]?.pass() ?? Promise.resolve()),
        );
        for (const pick of schedule) {
          gates[pick % programs.length]?.open();
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
        for (const gate of gates) gate.stayOpen();
        const outcomes = await Promise.all(runs);
        const committed = outcomes.flatMap((ok, index) => (ok ? [index] : []));
        expect(committed.length).toBeGreaterThan(0);
        expectSomeSerialOrder(committed, programs, stateOf(database));
      }),
      { numRuns: 400 },
    );
  });

  test('with turns, too, and nobody waits for ever', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPrograms,
        fc.array(fc.nat(300), { minLength: 16, maxLength: 16 }),
        async (programs, pauses) => {
          const { clock, database, access } = open(250);
          let next = 0;
          const pause = () => {
            const pause_ms = pauses[next++ % pauses.length] ?? 0;
            return new Promise<void>((resolve) => void clock.schedule(pause_ms, resolve));
          };
          const runs = programs.map((program, index) => runProgram(access, database, program, index, pause));
          const outcomes = Promise.all(runs);
          await clock.advance(10_000);
          const committed = (await outcomes).flatMap((ok, index) => (ok ? [index] : []));
          expect(committed.length).toBeGreaterThan(0);
          expectSomeSerialOrder(committed, programs, stateOf(database));
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Lets one caller pass per opening. */
function createGate(): { pass(): Promise<void>; open(): void; stayOpen(): void } {
  let openings = 0;
  let waiting: (() => void) | undefined;
  const admit = () => {
    if (openings <= 0 || waiting === undefined) return;
    openings -= 1;
    waiting();
    waiting = undefined;
  };
  return {
    pass: () =>
      new Promise((resolve) => {
        waiting = resolve;
        admit();
      }),
    open() {
      openings += 1;
      admit();
    },
    stayOpen() {
      openings = Number.POSITIVE_INFINITY;
      admit();
    },
  };
}
