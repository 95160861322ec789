import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildMessage, changeMessage } from '../../../conformance/harness/messages/build.ts';
import { createGameDates, pacificToday } from '../../../conformance/harness/messages/dates.ts';
import { createRandom } from '../../../conformance/harness/messages/random.ts';
import { observeEmbedded, publishDraft } from '../../../conformance/harness/observation/embedded.ts';
import type { History } from '../../../conformance/history/events.ts';
import { fromJsonLines, toJsonLines } from '../../../conformance/history/json-lines.ts';
import { inOrderOfTime } from '../../../conformance/history/order.ts';
import { createRecorder, EVERYBODY } from '../../../conformance/history/recorder.ts';
import { neighbourCalls } from '../../../conformance/history/select.ts';
import { findDamage } from '../../../conformance/history/whole.ts';
import { EXAMPLES } from '../../../generated/examples.ts';
import { MESSAGE_NAMES, validate } from '../../../generated/validation.ts';

const marker = (name: string, marks: readonly string[]) =>
  ({ kind: 'marker', name, sentence: name, marks }) as const;

describe('a record', () => {
  test('numbers events and shows each view those that carry its marks, also earlier ones', () => {
    const recorder = createRecorder();
    recorder.append(marker('before', ['b']));
    const view = recorder.view();
    view.add('a');
    recorder.append(marker('one', ['a', 'b', 'a']));
    recorder.append(marker('other', ['c']));
    view.add('b');
    view.add('b');
    expect(view.events().map((event) => event.sequence)).toEqual([1, 2]);
    expect(recorder.all().length).toBe(3);
  });

  test('forgets what carries a mark, in views as well, and goes on counting', () => {
    const recorder = createRecorder();
    const view = recorder.view();
    for (const mark of ['case', 'run', 'other']) view.add(mark);
    recorder.append(marker('kept', ['case']));
    recorder.append(marker('gone', ['case', 'run', 'id']));
    recorder.append(marker('kept', ['other']));
    recorder.forget('run');
    recorder.forget('never seen');
    recorder.append(marker('late', ['run']));
    recorder.append(marker('kept', ['case']));
    expect(view.events().map(({ sequence }) => sequence)).toEqual([1, 3, 5]);
    expect(recorder.all().map(({ sequence }) => sequence)).toEqual([1, 3, 4, 5]);
    const later = recorder.view();
    later.add('case');
    later.add('id');
    expect(later.events().map(({ sequence }) => sequence)).toEqual([1, 5]);
  });

  test('an answer that comes after its delivery was forgotten is forgotten too, and one to another is kept', () => {
    const recorder = createRecorder();
    const view = recorder.view();
    view.add('case');
    const delivery = {
      kind: 'delivery',
      component: 'c',
      topic: 't',
      form: 'push_envelope',
      message_id: 'm',
      attempt: 1,
      message: {},
      defect: null,
    } as const;
    const answer = { kind: 'answer', status: 200, acked: true, body: '' } as const;
    recorder.append({ ...delivery, marks: ['case', 'run'] });
    recorder.append({ ...delivery, marks: ['case', 'run'] });
    recorder.append({ ...answer, delivery: 2, marks: ['case', 'run'] });
    recorder.append({ ...delivery, marks: ['case'] });
    recorder.forget('run');
    recorder.append({ ...answer, delivery: 1, marks: ['case', 'run'] });
    recorder.append({ ...answer, delivery: 4, marks: ['case'] });
    expect(view.events().map(({ sequence }) => sequence)).toEqual([4, 6]);
    expect(recorder.all().map(({ sequence }) => sequence)).toEqual([4, 6]);
    expect(findDamage(view.events())).toBeUndefined();
  });

  test('times rise with the numbers, even if the clock is put back', () => {
    const times = [100, 105, 90, 110];
    const recorder = createRecorder(() => times.shift() ?? 0);
    for (let count = 0; count < 3; count++) recorder.append(marker('tick', ['case']));
    expect(recorder.all().map(({ at_ms }) => at_ms)).toEqual([5, 5, 10]);
  });

  test('puts a publish that was seen late where the broker took it, and numbers answers anew', () => {
    const common = { marks: [] } as const;
    const publish = {
      kind: 'publish',
      topic: 't',
      message: {},
      raw: null,
      attributes: {},
      ...common,
    } as const;
    const delivery = {
      kind: 'delivery',
      component: 'c',
      topic: 't',
      form: 'push_envelope',
      ...common,
    } as const;
    const sent = { ...delivery, attempt: 1, message: {}, defect: null } as const;
    const history: History = [
      { ...sent, message_id: 'right', sequence: 3, at_ms: 10 },
      { ...sent, message_id: 'bad', sequence: 5, at_ms: 20 },
      { kind: 'answer', delivery: 5, status: 400, acked: false, body: '', sequence: 6, at_ms: 21, ...common },
      { ...publish, message_id: 'early', sent_at_ms: 15, sequence: 8, at_ms: 25 },
      { ...publish, message_id: 'same ms', sent_at_ms: 20, sequence: 9, at_ms: 26 },
    ];
    const ordered = inOrderOfTime(history);
    expect(ordered.map((event) => ('message_id' in event ? event.message_id : event.kind))).toEqual([
      'right',
      'early',
      'bad',
      'same ms',
      'answer',
    ]);
    expect(ordered.map(({ sequence }) => sequence)).toEqual([3, 5, 6, 8, 9]);
    expect(ordered.at(-1)).toMatchObject({ kind: 'answer', delivery: 6 });
  });

  test('tells every case of a call that reaches all dates, but for the case that made it', () => {
    const recorder = createRecorder();
    const [mine, other] = [recorder.view(), recorder.view()];
    mine.add('mine');
    const call = { kind: 'neighbour', component: 'c', call: 'POST /sweep', marks: [EVERYBODY] } as const;
    recorder.append({ ...call, change: 'begins', by: 'mine' });
    other.add('other');
    const late = recorder.view();
    late.add('late');
    expect([mine, other, late].map((view) => view.events().length)).toEqual([0, 1, 1]);
  });

  test('finds the calls of others that were under way between two events', () => {
    const recorder = createRecorder();
    const call = { kind: 'neighbour', component: 'c', call: 'POST /sweep', marks: [EVERYBODY] } as const;
    const view = recorder.view();
    view.add('case');
    recorder.append({ ...call, change: 'begins', by: 'a' });
    recorder.append(marker('from', ['case']));
    recorder.append({ ...call, change: 'ends', by: 'a' });
    recorder.append({ ...call, component: 'd', change: 'begins', by: 'b' });
    recorder.append(marker('to', ['case']));
    recorder.append({ ...call, component: null, change: 'begins', by: 'e' });
    const met = (component: string, from: number, to: number) =>
      neighbourCalls(view.events(), component, from, to).map(({ by }) => by);
    expect(met('c', 2, 5)).toEqual(['a']);
    expect(met('d', 2, 5)).toEqual(['b']);
    expect(met('c', 4, 5)).toEqual([]);
    expect(met('c', 4, 9)).toEqual(['e']);
  });

  test('says who published, committed and called where each instance has an address of its own', () => {
    const recorder = createRecorder();
    const { observe } = observeEmbedded(recorder, 'p');
    const common = { origin: 'phase4-orchestrator#2', project: 'p' } as const;
    const data = Buffer.from('{"game_date":"2031-01-05"}');
    const bytes = { message_id: '3', attributes: {}, ordering_key: '', published_at_ms: 0, data } as const;
    observe({ kind: 'publish', ...common, topic: 't', ...bytes });
    observe({
      kind: 'commit',
      ...common,
      writes: [{ path: 'c/2031-01-05', deleted: false }],
      committed_at_ms: 0,
    });
    observe({ kind: 'commit', project: 'p', origin: null, writes: [], committed_at_ms: 0 });
    expect(recorder.all()).toMatchObject([
      { kind: 'publish', component: 'phase4-orchestrator', replica: 2 },
      { kind: 'commit', component: 'phase4-orchestrator', replica: 2 },
      { kind: 'commit' },
    ]);
    expect(recorder.all()[2]).not.toHaveProperty('component');
  });

  test('lets others wait for a condition, and tells when it never came', async () => {
    const recorder = createRecorder();
    const view = recorder.view();
    view.add('a');
    const come = view.until(() => view.events().length === 1, 5_000);
    recorder.append(marker('one', ['a']));
    expect(await come).toBe(true);
    expect(await recorder.until(() => false, 5)).toBe(false);
  });

  test('gives what is published without date or id to the cases that have something in hand', () => {
    const recorder = createRecorder();
    const { observe } = observeEmbedded(recorder, 'p');
    const delivery = { kind: 'delivery', component: 'c', topic: 't', form: 'push_envelope' } as const;
    const sent = { ...delivery, attempt: 1, message: {}, defect: null } as const;
    recorder.append({ ...sent, message_id: '1', marks: ['done'] });
    recorder.append({ kind: 'answer', delivery: 1, status: 200, acked: true, body: '', marks: ['done'] });
    recorder.append({ ...sent, message_id: '2', marks: ['at work'] });
    const publish = {
      kind: 'publish',
      origin: null,
      project: 'p',
      topic: 't',
      message_id: '3',
      attributes: {},
      ordering_key: '',
      published_at_ms: 0,
    } as const;
    observe({ ...publish, data: Buffer.from('null') });
    observe({ ...publish, data: Buffer.from('{"game_date":"2031-01-05"}') });
    expect(
      recorder
        .all()
        .slice(3)
        .map(({ marks }) => marks),
    ).toEqual([['at work'], ['2031-01-05']]);
  });

  test('survives JSON Lines, and a broken line is named', () => {
    const recorder = createRecorder(() => 5);
    recorder.append(marker('one', ['a']));
    recorder.append(publishDraft('t', '7', Buffer.from('no JSON 2031-01-05'), {}));
    expect(fromJsonLines(toJsonLines(recorder.all()))).toEqual(recorder.all());
    expect(() => fromJsonLines('{"kind":"marker"}')).toThrow('line 1: expected one JSON object');
    expect(() => fromJsonLines('\n{')).toThrow('line 2');
  });

  test('keeps what was published, JSON or not', () => {
    expect(publishDraft('t', '7', Buffer.from('{"game_date":"2031-01-05"}'), {})).toMatchObject({
      message: { game_date: '2031-01-05' },
      raw: null,
      marks: ['2031-01-05'],
    });
    expect(publishDraft('t', '7', Buffer.from('[1]'), {})).toMatchObject({ message: null, raw: '[1]' });
  });
});

describe('inputs', () => {
  test('a message built from an example is valid for its receiver', () => {
    for (const name of MESSAGE_NAMES) expect(validate(name, 'receive', buildMessage(name, {}))).toEqual([]);
    expect(EXAMPLES.length).toBeGreaterThan(MESSAGE_NAMES.length);
  });
  test('overrides replace fields, merge metadata, and undefined removes', () => {
    const built = buildMessage('Phase4Trigger', {
      status: 'partial',
      error_type: undefined,
      metadata: { level: 2 },
    });
    expect(built).toMatchObject({ status: 'partial', metadata: { level: 2, run: 1 } });
    expect(built).not.toHaveProperty('error_type');
    expect(changeMessage(built, { metadata: { run: 4 } })).toMatchObject({ metadata: { level: 2, run: 4 } });
  });
  test('game dates are real, different, and never shared by two cases', () => {
    const first = createGameDates(0);
    const second = createGameDates(16);
    const dates = Array.from({ length: 16 }, () => first.future()).concat(second.future(), first.past());
    expect(new Set(dates).size).toBe(dates.length);
    for (const date of dates) expect(validate('GameDate', 'send', date)).toEqual([]);
    expect(pacificToday(Date.UTC(2031, 0, 6, 7, 59))).toBe('2031-01-05');
  });
  test('the same words give the same choices, and a shuffle keeps its elements', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.integer()), (word, elements) => {
        const shuffled = createRandom(1, word).shuffle(elements);
        expect(createRandom(1, word).shuffle(elements)).toEqual(shuffled);
        expect([...shuffled].sort()).toEqual([...elements].sort());
      }),
    );
    const random = createRandom('a');
    expect(validate('ExecutionId', 'send', random.uuid())).toEqual([]);
    expect(random.uuid()).not.toBe(random.uuid());
    expect(createRandom(2).below(7)).not.toBeNaN();
  });
});
