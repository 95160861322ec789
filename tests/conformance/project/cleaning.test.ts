import { v1 } from '@google-cloud/pubsub';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { deleteDocuments, findDocuments } from '../../../conformance/project/cleaning/documents.ts';
import { takeMessages } from '../../../conformance/project/cleaning/messages.ts';
import { documentPaths, namesDayOf, stepsOf } from '../../../conformance/project/cleaning/patterns.ts';
import { connect, type ProjectClients } from '../../../conformance/project/connection.ts';
import { readTarget, TargetError } from '../../../conformance/targets/load.ts';
import { createNaming } from '../../../conformance/targets/naming.ts';
import { lendCloud } from '../../cloud/lend.ts';

const RANGES = [
  { from: '2090-01-01', to: '2090-12-31' },
  { from: '1900-01-01', to: '1900-12-31' },
];
const LETTERS = 'nba-phase4-trigger-dlq';

let cloud: EmbeddedCloud;
let clients: ProjectClients;
let project = '';
let count = 0;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  lendCloud(cloud);
});
beforeEach(async () => {
  await clients?.close();
  project = `demo-cleaning-${++count}`;
  clients = await connect(project);
});
afterAll(async () => {
  await clients.close();
  await cloud.stop();
});

describe('documents of reserved dates', () => {
  test('are found by id, by key, by field and below others, with all that is below them, and no others', async () => {
    const { firestore } = clients;
    const mine = [
      'phase3_completion/2090-01-05.r2',
      'processor_claims/phase4%2F1900-03-01%2Fr1',
      'processor_run_history/run-of-mine',
      'warehouse/nba.table/slates/2090-02-01.r1/rows/curry',
    ];
    const theirs = [
      'phase3_completion/2026-01-05',
      'processor_claims/phase4%2F2026-03-01%2Fr1',
      'processor_run_history/run-of-theirs',
      'warehouse/nba.table/slates/2026-02-01.r1/rows/curry',
      'elsewhere/2090-01-05',
    ];
    for (const path of [...mine, ...theirs]) {
      await firestore.doc(path).set({ game_date: path.endsWith('of-mine') ? '2090-06-01' : '2026-06-01' });
    }
    const paths = [
      'phase3_completion/{game_date}{run_suffix}',
      'processor_claims/{key}',
      'processor_run_history/{execution_id}',
      'warehouse/{table}/slates/{game_date}',
    ];
    const found = await findDocuments(firestore, paths, RANGES);
    expect(found.map(({ path }) => path).sort()).toEqual([
      ...mine.slice(0, 3),
      'warehouse/nba.table/slates/2090-02-01.r1',
    ]);
    await deleteDocuments(firestore, found);
    const left = await Promise.all([...mine, ...theirs].map((path) => firestore.doc(path).get()));
    expect(left.filter(({ exists }) => exists).map(({ ref }) => ref.path)).toEqual(theirs);
  });
  test('are looked for where the contract, the seeds and the target file say, under the target’s names', () => {
    const target = readTarget(
      'mine.yaml',
      `name: mine
profiles: [fan-in]
names: { collections: { phase3_completion: analytics_progress } }
seeds: { predictions: [{ path: "predictions/{game_date}/rows/{player_lookup}", for_each: player, fields: {} }] }
project: { documents: ["features/{game_date}"] }
components: { phase3-to-phase4-orchestrator: { deployed: true } }
`,
    );
    const paths = documentPaths(target, createNaming(target.names));
    expect(paths).toEqual(
      expect.arrayContaining([
        'analytics_progress/{game_date}{run_suffix}',
        'predictions/{game_date}/rows/{player_lookup}',
        'features/{game_date}',
      ]),
    );
    expect(paths.some((path) => path.startsWith('phase3_completion/'))).toBe(false);
  });
  test.each([
    ['a/{game_date}/b/{c}', [{ collection: 'a', documents: { kind: 'dated' } }]],
    ['a/{execution_id}', [{ collection: 'a', documents: { kind: 'field' } }]],
    [
      'a/fixed/b/{table}/c/{key}',
      [
        { collection: 'a', documents: { kind: 'one', id: 'fixed' } },
        { collection: 'b', documents: { kind: 'every' } },
        { collection: 'c', documents: { kind: 'dated' } },
      ],
    ],
  ])('the path %s is walked step by step', (path, steps) => expect(stepsOf(path)).toEqual(steps));
});

describe('messages of reserved dates', () => {
  test('are counted by a plan and taken in earnest; those of others stay', async () => {
    const { pubsub } = clients;
    await pubsub.createTopic(LETTERS);
    await pubsub.topic(LETTERS).createSubscription(`${LETTERS}-sub`);
    for (const game_date of ['2090-01-05', '2026-01-05', '1900-01-05']) {
      await pubsub.topic(LETTERS).publishMessage({ json: { game_date } });
    }
    const names = namesDayOf(RANGES);
    const expected = new Map([[`${LETTERS}-sub`, 2]]);
    expect(await takeMessages(project, pubsub, names, true)).toEqual(expected);
    expect(await takeMessages(project, pubsub, names, false)).toEqual(expected);
    expect(await takeMessages(project, pubsub, names, false)).toEqual(new Map());
    expect(await pulled()).toEqual(['{"game_date":"2026-01-05"}']);
  });
});

async function pulled(): Promise<readonly string[]> {
  type Options = NonNullable<ConstructorParameters<typeof v1.SubscriberClient>[0]>;
  const client = new v1.SubscriberClient((await clients.pubsub.getClientConfig()) as Options);
  const subscription = `projects/${project}/subscriptions/${LETTERS}-sub`;
  const [answer] = await client.pull({ subscription, maxMessages: 10 });
  await client.close();
  return (answer.receivedMessages ?? []).map(({ message }) =>
    Buffer.from(message?.data ?? '').toString('utf8'),
  );
}

describe('the dates of a target file', () => {
  const file = (dates: string): string =>
    `name: mine\nprofiles: [fan-in]\nproject: { ${dates} }\ncomponents: { phase3-to-phase4-orchestrator: { deployed: true } }\n`;
  test.each([
    [
      'reserved_dates: { from: 2030-01-01, to: 2031-01-01 }',
      'after 2079-12-31, on which no real game is played',
    ],
    ['reserved_dates: { from: 2091-01-01, to: 2090-01-01 }', 'expected days in order'],
    ['reserved_dates: { from: 2090-02-30, to: 2091-01-01 }', 'days of the calendar, got "2090-02-30"'],
    ['past_dates: { from: 1946-01-01, to: 1947-01-01 }', 'before 1946-11-01'],
  ])('%s are refused', (dates, expected) => {
    expect(() => readTarget('mine.yaml', file(dates))).toThrow(TargetError);
    expect(() => readTarget('mine.yaml', file(dates))).toThrow(expected);
  });
  test('are those of the file, or the usual ones', () => {
    const own = { from: '2085-01-01', to: '2086-01-01' };
    expect(
      readTarget('a.yaml', file('reserved_dates: { from: 2085-01-01, to: 2086-01-01 }')).project,
    ).toMatchObject({
      reserved_dates: own,
      past_dates: { from: '1900-01-01', to: '1945-12-31' },
    });
  });
});
