import { describe, expect, test } from 'vitest';
import { actOf, readAct } from '../../../reference/console/acts/decide-act.ts';

const DATE = { game_date: '2024-01-15', run: 2 };
const TRIGGER = { kind: 'trigger', ...DATE, processor: null, level: null, again: false };

describe('the act that a finding asks for', () => {
  test.each([
    [['trigger', 'sweep'], { ...TRIGGER, target: 'sweep' }],
    [
      ['trigger', '1', '--scraper', 'bdl_box_scores'],
      { ...TRIGGER, target: '1', processor: 'bdl_box_scores' },
    ],
    [
      ['trigger', '2', '--processor', 'nbac_schedule'],
      { ...TRIGGER, target: '2', processor: 'nbac_schedule' },
    ],
    [['trigger', '4', '--level', '2', '--again'], { ...TRIGGER, target: '4', level: 2, again: true }],
    [['rerun'], { kind: 'rerun', game_date: '2024-01-15' }],
    [['dead-letters', 'show'], null],
    [
      ['dead-letters', 'replay', '--topic', 'nba-phase2-raw-complete', '--all'],
      { kind: 'replay', topic: 'nba-phase2-raw-complete', message_id: null },
    ],
    [['trigger', 'everything'], null],
    [null, null],
  ])('%j', (next, act) => {
    expect(actOf({ next }, DATE)).toEqual(act);
  });

  test('survives the way to the page and back', () => {
    for (const next of [['trigger', 'sweep'], ['trigger', '4', '--level', '2', '--again'], ['rerun']]) {
      const act = actOf({ next }, DATE);
      expect(readAct(JSON.parse(JSON.stringify(act)))).toEqual(act);
    }
    const replay = { kind: 'replay', topic: 'nba-phase2-raw-complete', message_id: '7' };
    expect(readAct(replay)).toEqual(replay);
  });

  test.each([
    [undefined, 'kind must be trigger, rerun or replay, got nothing'],
    [{ ...TRIGGER, target: '4', level: 1.5 }, 'level must be a whole number above 0, or null, got 1.5'],
    [{ ...TRIGGER, target: '1', processor: '' }, 'processor must be a name, or null, got ""'],
    [{ kind: 'rerun' }, 'game_date must be a calendar day written YYYY-MM-DD, got nothing'],
    [{ kind: 'replay', message_id: '7' }, 'topic must be the topic of the dead letter, got null'],
    [
      { kind: 'replay', topic: 'nba-phase2-raw-complete' },
      'message_id must be the id of a dead letter, or null for all, got nothing',
    ],
  ])('%j is refused: %s', (value, sentence) => {
    expect(() => readAct(value)).toThrow(sentence);
  });
});
