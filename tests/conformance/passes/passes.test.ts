import path from 'node:path';
import { beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import type { Check } from '../../../conformance/checks/check.ts';
import type { History, Json } from '../../../conformance/history/events.ts';
import { UNIVERSAL } from '../../../conformance/requirements/catalogue.ts';
import { select } from '../../../conformance/requirements/selection.ts';
import { loadTarget } from '../../../conformance/targets/load.ts';
import { runJudge } from '../../../conformance/verdict/running/run.ts';
import { fieldsOn, isMalformed, verdictsOf, withField, withoutPublishes, withResponses } from './derived.ts';

/** Every way to try the receivers that need no other, and one way to try each of the others. */
const CHOSEN = CHECKS.filter(({ name, profile, components, needs, is_long, exclusive }) => {
  if (needs.some((need) => ['interleavings', 'restart', 'clock'].includes(need)) || is_long === true)
    return false;
  const is_alone = components.length === 1 && profile !== 'state' && !name.startsWith('invented-');
  return (
    name.startsWith('what-travels-on-from-') || (is_alone && (exclusive !== true || name.includes('sweep')))
  );
});

/** Of these calls a case is about nothing but what is published. */
const ENDPOINTS = ['/start', '/retry', '/sweep', '/status', '/health'];

const recorded = new Map<Check, History>();

beforeAll(async () => {
  const { cases } = await runJudge({
    target: loadTarget(path.resolve('conformance/targets/reference.yaml')),
    cloud: 'embedded',
    seed: 20240115,
    selected: select({ only: CHOSEN.map(({ name }) => name), profiles: [] }),
    onCleanup: () => {},
    onReady: () => {},
    onDone: () => {},
  });
  for (const { case: one, scene } of cases) {
    // A busy machine may have disturbed a case; what is derived of it would show nothing.
    const is_right = verdictsOf(one.check, scene.history()).failed.length === 0;
    if (is_right && !recorded.has(one.check)) recorded.set(one.check, scene.history());
  }
}, 300_000);

test('most cases were recorded undisturbed', () => {
  expect(recorded.size).toBeGreaterThan(CHOSEN.length / 2);
});

const NAMED = CHOSEN.map((check) => [check.name, check] as const);

function historyOf(check: Check, context: TestContext): History {
  const history = recorded.get(check);
  return history ?? context.skip('its case was disturbed');
}

describe('without what the target publishes', () => {
  test.for(NAMED)('%s shows nothing', ([, check], context) => {
    const history = historyOf(check, context);
    expect(verdictsOf(check, history).failed).toEqual([]);
    const about = (ids: readonly string[]) => ids.filter((id) => !UNIVERSAL.includes(id));
    if (check.is_silent === true) return;
    expect(about(verdictsOf(check, withoutPublishes(history)).passed)).toEqual([]);
    expect(about(verdictsOf(check, withoutPublishes(history, check.outputs)).passed)).toEqual([]);
  });
});

describe.each([404, 500])('when an endpoint answers %i at each call', (status) => {
  const calling = NAMED.filter(([, { requirements }]) =>
    requirements.some((id) => /^(COORD|FANIN|CASC)/.test(id)),
  );
  test.for(calling)('%s says of no call that it is kept', ([, check], context) => {
    const history = historyOf(check, context);
    const calls = history.filter(
      (event) => event.kind === 'request' && ENDPOINTS.some((endpoint) => event.path.startsWith(endpoint)),
    );
    if (calls.length === 0) return;
    const { passed } = verdictsOf(check, withResponses(history, status));
    // A second run is begun by its event, whatever the endpoints answer.
    expect(passed.filter((id) => id !== 'COORD-023')).toEqual([]);
  });
});

const VALUES: readonly (Json | undefined)[] = [undefined, null, 17, 'x', []];

/** Requirements that demand a field of a message, by the field; others that fail with it are about what it says. */
const DEMANDED: Readonly<Record<string, readonly string[]>> = {
  processor_name: ['MSG-026'],
  execution_id: ['CORR-005'],
  correlation_id: ['CORR-001'],
  game_date: ['MSG-004'],
  output_table: ['TOPO-003'],
  output_dataset: ['TOPO-003'],
  parent_processor: ['CORR-004'],
  trigger_source: ['CORR-006'],
  trigger_message_id: ['CORR-004'],
  backfill_mode: ['BACK-003'],
};

describe('each field of each message missing, null and of another type', () => {
  const travels = NAMED.filter(([name]) => name.startsWith('what-travels-on-from-'));
  test.for(travels)('%s: what demands the field fails, and nothing is called lost', ([, check], context) => {
    for (const { derived, field, label } of malformed(historyOf(check, context), check)) {
      const { failed, passed } = verdictsOf(check, derived);
      // Whatever text it is, an id names its run.
      const is_named = field === 'execution_id' && label.endsWith('"x"');
      const demanded = (is_named ? [] : (DEMANDED[field] ?? [])).filter((id) =>
        check.requirements.some((own) => own === id),
      );
      expect({ label, failed }).toMatchObject({ failed: expect.arrayContaining(demanded) });
      expect({ label, passed: passed.filter((id) => demanded.includes(id)) }).toEqual({ label, passed: [] });
      const allowed = [
        ...UNIVERSAL,
        ...(DEMANDED[field] ?? []),
        ...(isOfRun(field) ? ['MSG-009'] : []),
        'BACK-003',
      ];
      expect({ label, other: failed.filter((id) => !allowed.includes(id)) }).toEqual({ label, other: [] });
    }
  });
  test.for(NAMED.filter(([name]) => !name.startsWith('what-travels-on-from-')))(
    '%s: what was done is judged as before',
    ([, check], context) => {
      for (const { derived, field, label } of malformed(historyOf(check, context), check)) {
        const { failed } = verdictsOf(check, derived);
        const other = failed.filter((id) => !UNIVERSAL.includes(id) && !isAboutWords(id, field));
        expect({ label, other }).toEqual({ label, other: [] });
      }
    },
  );
});

function malformed(history: History, check: Check) {
  return (check.outputs ?? ['nba-phase4-trigger']).flatMap((topic) =>
    fieldsOn(history, topic).flatMap((field) =>
      VALUES.flatMap((value) => {
        const derived = withField(history, topic, field, value);
        const label = `${topic} ${field} ${JSON.stringify(value) ?? 'missing'}`;
        return isMalformed(derived, topic) ? [{ derived, field, label }] : [];
      }),
    ),
  );
}

function isOfRun(field: string): boolean {
  return ['run', 'metadata', 'metadata.run'].includes(field);
}

/** Requirements whose sentence is about the words of a message and not about when or how often it was sent. */
function isAboutWords(id: string, field: string): boolean {
  const about: Readonly<Record<string, readonly RegExp[]>> = {
    'FANIN-009': [/^execution_id$/],
    'FANIN-010': [/^metadata/],
    'FANIN-018': [/^processor_name$|^phase$|^output_/],
    'CASC-004': [/^metadata/],
    'CORR-002': [/^correlation_id$/],
    'CORR-003': [/^correlation_id$|^metadata/],
    'COORD-007': [/^metadata/],
    'COORD-008': [/^metadata/],
    'COORD-026': [/^status$/],
  };
  return about[id]?.some((words) => words.test(field)) === true;
}
