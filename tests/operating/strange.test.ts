import { Firestore } from '@google-cloud/firestore';
import { PubSub } from '@google-cloud/pubsub';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../generated/examples.ts';
import { TOPIC } from '../../generated/topology.ts';
import { validate } from '../../generated/validation.ts';
import { deadline } from '../../reference/calendar/calendar.ts';
import { printable } from '../../reference/errors/printable.ts';
import { provision } from '../../reference/local/provision.ts';
import { runRow } from '../reference/run-row.ts';
import { closeCloud, openCloud, runCommand } from './stage/stage.ts';

const SEED = 20240115;
/** How many times the usual number of draws: `STRANGE_TIMES=20 npx vitest run tests/operating/strange.test.ts`. */
const MORE = Number(process.env['STRANGE_TIMES'] ?? 1);
const PROJECT = `demo-strange-${process.pid}`;
const DATE = '2024-01-15';
const RUN_ID = '5f0c2a9e-8d1b-4c63-9a57-0b1e2d3c4f5a';
const DEAD = `${TOPIC.phase3AnalyticsComplete}-dlq`;

const HISTORY_ROW = runRow({ execution_id: RUN_ID, correlation_id: RUN_ID, game_date: DATE });

const CLAIM = {
  state: 'running',
  owner: RUN_ID,
  held_by: 'instance-1',
  lease_expires_at: '2024-01-15T10:05:00Z',
  completions: [],
  status: null,
  skip_downstream_trigger: false,
  inputs: 'x',
  cause: 'y',
  history: null,
};

const BATCH = {
  batch_id: 'batch-2024-01-15',
  game_date: DATE,
  run: 1,
  state: 'running',
  round: 1,
  correlation_id: RUN_ID,
  started_at: '2024-01-15T11:00:00Z',
  completed_at: null,
  announced_round: 0,
  players_total: 2,
  players_requested: 2,
  degraded: false,
  execution_id: RUN_ID,
  round_started_at: '2024-01-15T11:00:00Z',
  trigger_source: 'pubsub',
  trigger_message_id: null,
  upstream: [],
  min_minutes: null,
  backfill_mode: false,
  backfill_reason: null,
  claimed_by: null,
  claim_expires_at: null,
};

let db: Firestore;
let pubsub: PubSub;

beforeAll(async () => {
  await openCloud();
  db = new Firestore({ projectId: PROJECT });
  pubsub = new PubSub({ projectId: PROJECT });
  await provision(pubsub, {});
});
afterAll(async () => {
  await Promise.all([db.terminate(), pubsub.close()]);
  await closeCloud();
});

const run = (...args: string[]) => runCommand(args, { project: PROJECT, addresses: {}, ahead_seconds: 0 });

/** Empties the database; what waits as a dead letter stays. */
async function clear(): Promise<void> {
  const documents = `projects/${PROJECT}/databases/(default)/documents`;
  await fetch(`http://${process.env['FIRESTORE_EMULATOR_HOST']}/emulator/v1/${documents}`, {
    method: 'DELETE',
  });
}

/** Everything that a terminal might obey, or that ends a line before its time. */
function unsafe(text: string): string {
  return [...text].filter((letter) => letter !== '\n' && printable(letter) !== letter).join('');
}

/** Runs every command that only looks, and expects each to end as it may. */
async function lookAtAll(): Promise<void> {
  const commands = [
    ['status', '--date', DATE],
    ['status', '--date', DATE, '--json'],
    ['trace', '--date', DATE],
    ['trace', RUN_ID, '--json'],
    ['trace', '--date', DATE, '--html', '/dev/null'],
    ['dead-letters', 'list'],
    ['dead-letters', 'show'],
    ['dead-letters', 'show', '--json'],
    ['dead-letters', 'replay', '--all', '--dry-run'],
    ['trigger', 'fan-in', '--date', DATE, '--dry-run'],
    ['trigger', '4', '--level', '2', '--date', DATE, '--dry-run'],
  ];
  for (const args of commands) {
    const { exit_code, out, err } = await run(...args);
    // A trigger that has nothing to announce says so, as a wrong request does.
    expect(args[0] === 'trigger' ? [0, 1, 2] : [0, 1], `${args.join(' ')}: ${out}${err}`).toContain(
      exit_code,
    );
    expect(unsafe(out) + unsafe(err), args.join(' ')).toBe('');
    if (args.includes('--json')) JSON.parse(out);
  }
}

const strangeText = () =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replace(/\p{Cs}/gu, '')),
    fc.constantFrom(
      '\u001b]0;owned\u0007',
      '\u001b[2J',
      'a\nCOMPLETE',
      '\u202egnp',
      '\u009b31m',
      '0000-01-01',
      '2024-01-15T10:00:00Z',
      '',
    ),
  );
const strangeValue = () =>
  fc.oneof(
    strangeText(),
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1e300,
      Number.NaN,
      [],
      {},
      ['x'],
      [{}],
      { execution_id: 5 },
      Buffer.from('x'),
      new Date(0),
    ),
  );

/** A document with some of its fields gone, replaced or added. */
function bent(document: object): fc.Arbitrary<Record<string, unknown>> {
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...Object.keys(document)) },
    { weight: 1, arbitrary: fc.constantFrom('extra', 'a.b', 'message', '_triggered') },
  );
  const change = fc.record({ name, value: fc.option(strangeValue(), { nil: undefined }) });
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const bend = { ...document } as Record<string, unknown>;
    for (const { name: field, value } of changes) {
      if (value === undefined) delete bend[field];
      else bend[field] = value;
    }
    return bend;
  });
}

describe('commands survive what is stored', () => {
  test('whatever the documents of a date hold', { timeout: 240_000 }, async () => {
    const place = fc.record({
      rows: fc.array(bent(HISTORY_ROW), { minLength: 1, maxLength: 12 }),
      claims: fc.array(bent(CLAIM), { minLength: 1, maxLength: 3 }),
      batch: bent(BATCH),
      states: fc.array(
        bent({
          player_game_summary: { status: 'success', execution_id: RUN_ID },
          _triggered: { status: 'published' },
        }),
        { minLength: 2, maxLength: 2 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(place, async ({ rows, claims, batch, states }) => {
        await clear();
        const writes = db.batch();
        for (const [index, row] of rows.entries()) {
          // A row without a date would be of no date that a command reads.
          writes.set(db.doc(`processor_run_history/row-${index}`), {
            ...row,
            game_date: row['game_date'] ?? DATE,
          });
        }
        writes.set(db.doc(`processor_run_history/${RUN_ID}`), HISTORY_ROW);
        const keys = ['nbac_injury_report', 'bdl_box_scores', 'player_game_summary'];
        for (const [index, claim] of claims.entries())
          writes.set(db.doc(`processor_claims/${keys[index]}.${DATE}.r1`), claim);
        writes.set(db.doc(`prediction_batches/${DATE}`), batch);
        for (const [index, name] of ['phase3_completion', 'phase4_completion'].entries())
          writes.set(db.doc(`${name}/${DATE}`), states[index] ?? {});
        await writes.commit();
        await lookAtAll();
      }),
      { seed: SEED, numRuns: 5 * MORE, endOnFailure: true },
    );
    await clear();
  });

  test('a history row without finished_at is named, and the others are shown', async () => {
    const { finished_at: _gone, ...row } = { ...HISTORY_ROW, execution_id: 'a-row-that-was-cut' };
    await db.doc('processor_run_history/a-row-that-was-cut').set(row);
    await db.doc(`processor_run_history/${RUN_ID}`).set(HISTORY_ROW);
    for (const args of [
      ['status', '--date', DATE],
      ['trace', '--date', DATE],
    ]) {
      const { out, err } = await run(...args);
      expect(err).toMatch(
        /^cannot be read, and is left out: processor_run_history\/a-row-that-was-cut: .*finished_at must be .*, got nothing/,
      );
      expect(out).toContain(args[0] === 'trace' ? 'nbac_injury_report' : '1 of 6 done');
    }
    await clear();
  });

  test('what keeps the contract is never left out', async () => {
    for (const [schema, document] of [
      ['ProcessorRunHistory', HISTORY_ROW],
      ['ProcessorClaim', CLAIM],
      ['PredictionBatch', BATCH],
    ] as const)
      expect(validate(schema, 'receive', document)).toEqual([]);
  });

  test.each(['0000-01-01', '0099-12-31', '9999-12-31'])(
    'a date such as %s has a deadline and a status',
    async (date) => {
      expect(deadline(date).toISOString().slice(0, 10)).toBe(date);
      expect((await run('status', '--date', date)).exit_code).toBe(1);
    },
  );
});

describe('commands survive what was refused', () => {
  test('whatever the dead letters hold', { timeout: 240_000 }, async () => {
    const [example] = EXAMPLES.filter(({ message }) => message === 'AnalyticsCompletion');
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 30, minLength: 1 }).map((raw) => ({ bytes: Buffer.from(raw) })),
      fc.record({ deep: fc.integer({ min: 1, max: 20_000 }), open: fc.constantFrom('[', '{"a":') }),
      strangeValue().map((value) => ({ text: JSON.stringify(value) ?? 'undefined' })),
      bent(example?.payload as object).map((payload) => ({ text: JSON.stringify(payload) })),
    );
    const bytesOf = (each: { bytes?: Buffer; deep?: number; open?: string; text?: string }): Buffer => {
      const { bytes, deep = 0, open = '[', text } = each;
      if (bytes !== undefined) return bytes;
      if (text !== undefined) return Buffer.from(text);
      const close = open === '[' ? ']' : '}';
      return Buffer.from(`${open.repeat(deep)}${open === '[' ? '' : '1'}${close.repeat(deep)}`);
    };
    const key = fc.constantFrom(
      'game_date',
      'processor_name',
      'CloudPubSubDeadLetterSourceDeliveryCount',
      'a',
    );
    const letter = fc.record({ body, attributes: fc.dictionary(key, strangeText(), { maxKeys: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(letter, { minLength: 8, maxLength: 14 }), async (letters) => {
        await pubsub.subscription(`${DEAD}-sub`).seek(new Date(Date.now() + 1000));
        for (const { body: drawn, attributes } of letters)
          await pubsub.topic(DEAD).publishMessage({ data: bytesOf(drawn), attributes });
        const { out } = await run('dead-letters', 'list', '--json');
        expect(JSON.parse(out).dead_letters).toHaveLength(letters.length);
        await lookAtAll();
      }),
      { seed: SEED, numRuns: 2 * MORE, endOnFailure: true },
    );
  });
});
