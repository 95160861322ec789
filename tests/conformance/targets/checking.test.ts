import { describe, expect, test } from 'vitest';
import { readTarget, TargetError } from '../../../conformance/targets/load.ts';

const FILE = 'name: mine\nprofiles: [fan-in]\ncomponents:\n  phase2-raw: { command: [node, app.js] }\n';
const refusal = (text: string): string => {
  try {
    readTarget('mine.yaml', text);
  } catch (error) {
    if (error instanceof TargetError) return error.message;
    throw error;
  }
  throw new Error('the file was taken');
};
const ofComponent = (component: string): string => FILE.replace('{ command: [node, app.js] }', component);

describe('a mistake that only a run would meet is refused with its line', () => {
  test.each([
    [
      'ready: { stdout: "up (?<url>[" }\n',
      /^mine\.yaml:5: ready\.stdout: expected a regular expression, got "up \(\?<url>\[" \(Unterminated character class\); correct it$/,
    ],
    [
      "ready: { stdout: 'up (?P<url>.+)' }\n",
      /\(Invalid group\); a group is written \(\?<url>…\), without the P of Python$/,
    ],
    ["ready: { stdout: '(?i)up' }\n", /leave out the flag, such as \(\?i\), and write \[Ll\]istening$/],
    [
      'together: { command: [a], ready: { stdout: "(?<component>.+) (?<url>(" } }\n',
      /^mine\.yaml:5: together\.ready\.stdout: expected a regular expression/,
    ],
    [
      'names:\n  topics:\n    nba-phase4-trigger: go four\n',
      /^mine\.yaml:7: names\.topics\.nba-phase4-trigger: expected an id of a topic .*, got "go four"; correct it$/,
    ],
    [
      'names: { collections: { phase3_completion: __progress__ } }\n',
      /^mine\.yaml:5: .*expected an id of a collection .*, got "__progress__"/,
    ],
    [
      'names:\n  fields:\n    corelation_id: trace_id\n',
      /^mine\.yaml:7: names\.fields\.corelation_id: expected the path of a field of a message, .*got "corelation_id"/,
    ],
    [
      'names: { fields: { correlation_id: execution_id } }\n',
      /^mine\.yaml:5: .*expected a name of its own, got "execution_id", which execution_id has too/,
    ],
    [
      'names: { fields: { metadata.upstream.correlation_id: trace.id } }\n',
      /^mine\.yaml:5: .*expected the name alone, got "trace\.id"/,
    ],
    ['has: { sweeps: false }\n', /^mine\.yaml:5: has/],
    [
      'hooks:\n  advance_clock:\n    command: [clock, "{secs}"]\n',
      /^mine\.yaml:7: hooks\.advance_clock\.command\.1: expected \{seconds\}, \{component\}, \{url\}, got \{secs\}; correct it$/,
    ],
    [
      'hooks: { restart: { request: { url: "http://127.0.0.1:1/{instance}" } } }\n',
      /^mine\.yaml:5: hooks\.restart\.request\.url: expected \{component\}, got \{instance\}/,
    ],
    [
      'hooks: { seed_predictions: { request: { url: "http://127.0.0.1:1", body: { day: "{date}" } } } }\n',
      /^mine\.yaml:5: hooks\.seed_predictions\.request\.body\.day: expected \{game_date\}, \{run\}.*, got \{date\}/,
    ],
    [
      'seeds:\n  feature_store:\n    - path: runs/{executionid}\n      fields: {}\n',
      /^mine\.yaml:7: seeds\.feature_store\.0\.path: expected .*\{execution_id\}.*, got \{executionid\}/,
    ],
    [
      'seeds: { predictions: [{ path: "rows/{player_lookup}", fields: {} }] }\n',
      /^mine\.yaml:5: .*got \{player_lookup\}; correct it, or say "for_each: player"$/,
    ],
    [
      'seeds: { predictions: [{ path: a/b, fields: { rows: [{ "{who}": 1 }] } }] }\n',
      /^mine\.yaml:5: seeds\.predictions\.0\.fields\.rows\.0.*got \{who\}/,
    ],
    [
      'seeds: { predictions: [{ path: "rows/{game_date}/days", fields: {} }] }\n',
      /^mine\.yaml:5: .*expected a document, which is COLLECTION\/ID or a deeper pair, got "rows\/\{game_date\}\/days"; add the document's id/,
    ],
    ['seeds: { predictions: [{ path: a//b/c, fields: {} }] }\n', /expected a document, .*got "a\/\/b\/c"/],
    ['directory: nowhere/at/all\n', /^mine\.yaml:5: directory: expected a folder, got "nowhere\/at\/all"/],
    ['environment: { A: *b }\n', /^mine\.yaml: expected YAML, Unresolved alias .*correct it$/],
  ])('%j', (text, expected) => {
    expect(refusal(FILE + text)).toMatch(expected);
  });
  test.each([
    ['{ command: [""] }', /components\.phase2-raw\.command\.0: expected a program, got an empty text/],
    ['{ command: [a], ready: { stdout: "(" } }', /components\.phase2-raw\.ready\.stdout: expected a regular/],
    ['{ url: "http://127.0.0.1:99999" }', /components\.phase2-raw\.url: expected a URL, got "http:.*99999"/],
  ])('%j', (component, expected) => {
    expect(refusal(ofComponent(component))).toMatch(expected);
  });
});

describe('what the schema refuses is said in sentences', () => {
  test.each([
    [
      '{ command: [a], url: "http://127.0.0.1:1" }',
      'mine.yaml:4: components.phase2-raw: expected one of command, url, deployed, got command and url; keep one',
    ],
    [
      '{ environment: {} }',
      'mine.yaml:4: components.phase2-raw: expected one of command, url, deployed, got none; add one',
    ],
    [
      '{ command: node }',
      'mine.yaml:4: components.phase2-raw.command: expected a list, got "node"; correct it',
    ],
    [
      '{ command: [a], ready: ready }',
      'mine.yaml:4: components.phase2-raw.ready: expected a mapping, got "ready"; correct it',
    ],
    [
      '{ command: [a], ready: { stdout: a, health: /b } }',
      'mine.yaml:4: components.phase2-raw.ready: expected one of stdout, health, timeout_seconds, got stdout and health; keep one',
    ],
    [
      '{ command: [a], ready: { health: b } }',
      'mine.yaml:4: components.phase2-raw.ready.health: expected a text that matches ^/, got "b"; correct it',
    ],
    [
      '{ command: [a], colour: red }',
      'mine.yaml:4: components.phase2-raw: expected one of command, url, deployed, environment, ready, delivery, contract, got "colour"; correct or remove it',
    ],
  ])('%j', (component, expected) => {
    expect(refusal(ofComponent(component))).toBe(`${expected}; see conformance/targets/target.schema.yaml`);
  });
  test.each([
    ['', 'mine.yaml:1: the file: expected a mapping, got nothing; write one with "conformance init"'],
    ['name: mine\n', 'mine.yaml:1: the file: expected "profiles", which is missing; add it'],
    [
      `${FILE}hooks: { restart: { request: { path: /x } } }\n`,
      'mine.yaml:5: hooks.restart.request: expected one of url, component with path, got path; complete one',
    ],
    [
      `${FILE}hooks: { restart: { timeout_seconds: 1 } }\n`,
      'mine.yaml:5: hooks.restart: expected one of command, request, got none; add one',
    ],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toBe(`${expected}; see conformance/targets/target.schema.yaml`);
  });
});
