import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOPIC } from '../../../generated/topology.ts';
import { statementsOf } from '../page.ts';
import { ask, readViews, type Views } from './dataset.ts';
import { type Engine, objectsOf, startEngine } from './engine.ts';
import { nightOf } from './night.ts';

const PAGE = readFileSync(new URL('../../../docs/analytics.md', import.meta.url), 'utf8');
/** Only a limit. */
const PATIENCE_MS = 120_000;

let engine: Engine;
let views: Views;
const night = nightOf('2024-01-16');
const FAILED = { status: 'failed', error_type: 'X', error_message: 'why', metadata: { note: 'seen' } };
beforeAll(async () => {
  engine = await startEngine();
  const raw = night.find('bdl_player_boxscores');
  const failed = {
    ...raw,
    message_id: 'failed',
    payload: { ...raw.payload, ...FAILED, execution_id: 'failed' },
  };
  const letter = { ...raw, topic: `${TOPIC.phase2RawComplete}-dlq`, message_id: 'letter' };
  night.told.push(failed, letter);
  views = await readViews(engine, night.written());
}, PATIENCE_MS);
afterAll(() => engine.stop());

describe('every statement of docs/analytics.md', { timeout: PATIENCE_MS }, () => {
  test.each(statementsOf(PAGE).map((sql) => [sql.split('\n')[1] ?? '', sql] as const))(
    '%s… is understood and finds something in a night that has it',
    async (_from, sql) => {
      const traced = String(night.find('bdl_box_scores').payload['correlation_id']);
      const rows = objectsOf(
        await ask(engine, sql.replace('0f8fad5b-d9cb-469f-a165-70867728950e', traced), views),
      );
      expect(rows.length).toBeGreaterThan(0);
    },
  );

  test('that misspells a column is refused, so that the above can fail', async () => {
    const [sql = ''] = statementsOf(PAGE);
    await expect(ask(engine, sql.replace('median_seconds', 'medium_seconds'), views)).rejects.toThrow(
      /Unrecognized name: medium_seconds/,
    );
  });
});
