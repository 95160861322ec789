import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { ORCHESTRATORS } from '../../../generated/topology.ts';
import { validate } from '../../../generated/validation.ts';
import { type Stranger, startStranger } from './stranger.ts';

const [LEVEL] = ORCHESTRATORS['phase3-to-phase4-orchestrator'].levels;
const FIVE: readonly string[] = LEVEL.waits_for;
const EXAMPLE = EXAMPLES.find(({ message }) => message === 'AnalyticsCompletion')?.payload ?? {};

let dates = 0;

describe('an orchestrator in Python, over REST', () => {
  let stranger: Stranger;
  let game_date: string;
  beforeAll(async () => {
    stranger = await startStranger();
  });
  beforeEach(() => {
    dates += 1;
    game_date = new Date(Date.UTC(2031, 0, dates)).toISOString().slice(0, 10);
    stranger.failPublishes(false);
  });
  afterAll(() => stranger.stop());

  const completion = (processor_name: string, changes: object = {}) => {
    const place = FIVE.indexOf(processor_name);
    const execution_id = `00000000-0000-4000-8000-${game_date.replaceAll('-', '')}000${place + 1}`;
    const correlation_id = execution_id.replace('-4000-', '-4001-');
    return { ...EXAMPLE, processor_name, game_date, execution_id, correlation_id, ...changes };
  };
  const deliver = (processor_name: string, changes: object = {}) =>
    stranger.deliver(completion(processor_name, changes));
  const triggers = () => stranger.triggers().filter((trigger) => trigger['game_date'] === game_date);
  const deliverFive = async () => {
    for (const name of FIVE) expect(await deliver(name)).toBe(200);
  };

  test.each([
    ['as listed', FIVE],
    ['backwards', FIVE.toReversed()],
    ['from the middle', [...FIVE.slice(2), ...FIVE.slice(0, 2)]],
  ])('all five completions, %s, make one valid trigger', async (_, order) => {
    for (const name of order.slice(0, 4)) expect(await deliver(name)).toBe(200);
    expect(triggers()).toEqual([]);
    expect(await deliver(order[4] ?? '')).toBe(200);
    const [trigger, ...others] = triggers();
    expect(others).toEqual([]);
    expect(validate('Phase4Trigger', 'send', trigger)).toEqual([]);
    const { execution_id, correlation_id } = completion(order[4] ?? '');
    expect(trigger).toMatchObject({
      correlation_id,
      parent_processor: order[4],
      metadata: { run: 1, level: 1, processors: LEVEL.runs },
    });
    const run = { processor: order[4], execution_id, correlation_id };
    expect(trigger).toHaveProperty('metadata.upstream', expect.arrayContaining([run]));
    expect(trigger).toHaveProperty('metadata.upstream.length', 5);
  });

  test("the trigger's id is the one that the contract's example has", async () => {
    const example = EXAMPLES.find(({ message }) => message === 'Phase4Trigger')?.payload;
    for (const name of FIVE) await deliver(name, { game_date: example?.['game_date'] });
    const sent = stranger.triggers().filter((trigger) => trigger['game_date'] === example?.['game_date']);
    expect(sent.map(({ execution_id }) => execution_id)).toEqual([example?.['execution_id']]);
  });

  test('duplicates, before and after, are acked and trigger nothing more', async () => {
    for (const name of FIVE) expect([await deliver(name), await deliver(name)]).toEqual([200, 200]);
    await deliverFive();
    expect(triggers()).toHaveLength(1);
  });

  test('concurrent completions, each twice, make one trigger', async () => {
    let waiting = [...FIVE, ...FIVE];
    while (waiting.length > 0) {
      const answers = await Promise.all(waiting.map((name) => deliver(name)));
      for (const status of answers) expect([200, 409]).toContain(status);
      waiting = waiting.filter((_, index) => answers[index] !== 200);
    }
    expect(triggers()).toHaveLength(1);
  });

  test('while the trigger is being published, other deliveries wait for their redelivery', async () => {
    for (const name of FIVE.slice(0, 4)) await deliver(name);
    const publish = stranger.holdPublish();
    const last = deliver(FIVE[4] ?? '');
    await publish.arrived;
    expect(await deliver(FIVE[0] ?? '')).toBe(409);
    expect(await deliver(FIVE[4] ?? '')).toBe(409);
    expect((await stranger.sweep()).status).toBe(503);
    publish.release();
    expect(await last).toBe(200);
    expect(await deliver(FIVE[0] ?? '')).toBe(200);
    expect(triggers()).toHaveLength(1);
  });

  test('after a failed publish the redelivery of any completion sends the same trigger', async () => {
    for (const name of FIVE.slice(0, 4)) await deliver(name);
    stranger.failPublishes(true);
    expect(await deliver(FIVE[4] ?? '')).toBe(503);
    expect(await deliver(FIVE[0] ?? '')).toBe(503);
    expect(triggers()).toEqual([]);
    stranger.failPublishes(false);
    expect(await deliver(FIVE[0] ?? '')).toBe(200);
    expect(await deliver(FIVE[4] ?? '')).toBe(200);
    expect(triggers()).toHaveLength(1);
  });

  test('after a failed publish the sweep sends the trigger, and names the dates that still wait', async () => {
    const [first = ''] = FIVE;
    for (const name of FIVE.slice(0, 4)) await deliver(name);
    stranger.failPublishes(true);
    expect(await deliver(FIVE[4] ?? '')).toBe(503);
    expect((await stranger.sweep()).status).toBe(503);
    stranger.failPublishes(false);
    await deliver(first, { metadata: { run: 2 } });
    const { status, content } = await stranger.sweep();
    expect(status).toBe(200);
    expect(content).toMatchObject({
      published: [game_date],
      waiting: { [`${game_date}.r2`]: FIVE.slice(1) },
    });
    expect((await stranger.sweep()).content).toMatchObject({ published: [] });
    expect(triggers()).toHaveLength(1);
  });

  test('failed and no_data do not count, and a success is not undone', async () => {
    const [first = ''] = FIVE;
    await deliver(first, { status: 'failed', error_message: 'no rows', error_type: 'EMPTY_TABLE' });
    for (const name of FIVE.slice(1)) await deliver(name);
    await deliver(first, { status: 'no_data', record_count: 0 });
    expect(triggers()).toEqual([]);
    await deliver(first, { status: 'partial', records_failed: 1 });
    await deliver(first, { status: 'failed', error_message: 'no rows', error_type: 'EMPTY_TABLE' });
    expect(triggers()).toHaveLength(1);
  });

  test('an alias counts for its processor, and any other name is refused', async () => {
    for (const name of FIVE.slice(1)) await deliver(name);
    expect(await deliver('shot_quality_model')).toBe(400);
    expect(await deliver('nba_analytics.player_game_summary')).toBe(400);
    expect(triggers()).toEqual([]);
    expect(await deliver('PlayerGameSummaryProcessor')).toBe(200);
    expect(triggers()).toHaveLength(1);
  });

  test('a completion that triggers nothing downstream is acked and not counted', async () => {
    const backfill = {
      skip_downstream_trigger: true,
      backfill_mode: true,
      backfill_reason: 'historical_load',
    };
    for (const name of FIVE) expect(await deliver(name, backfill)).toBe(200);
    await deliverFive();
    expect(triggers()).toMatchObject([{ backfill_mode: false }]);
  });

  test.each([
    ['a day that no month has', { game_date: '2031-02-30' }],
    ['a word for a date', { game_date: 'TODAY' }],
    ['a date with a line break', { game_date: '2031-01-05\n' }],
    ['a status that is not listed', { status: 'complete' }],
    ['true as a count', { record_count: true }],
    ['failed without an error', { status: 'failed' }],
    ['an id that is no UUID', { execution_id: '17' }],
    ['null as metadata', { metadata: null }],
    ['a run of zero', { metadata: { run: 0 } }],
  ])('%s is answered 400 and leaves no state', async (_, changes) => {
    const before = stranger.commits();
    expect(await deliver(FIVE[0] ?? '', changes)).toBe(400);
    expect(stranger.commits()).toBe(before);
  });

  test('unknown fields are accepted, and a missing correlation_id is replaced', async () => {
    for (const name of FIVE) {
      const changes = { correlation_id: undefined, colour: 'red' };
      expect(await deliver(name, changes)).toBe(200);
    }
    const { execution_id } = completion(FIVE[4] ?? '');
    expect(triggers()).toMatchObject([{ correlation_id: execution_id }]);
  });

  test.each(['', '{"message":', '[]', '{"subscription":"s"}', '{"message":{"messageId":"1","data":"{{{"}}'])(
    'a body of %j is answered 400',
    async (body) => {
      expect(await stranger.post('/', body)).toMatchObject({ status: 400 });
    },
  );
});
