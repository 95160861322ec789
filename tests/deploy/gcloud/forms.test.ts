import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FormName } from '../../watching/forms/rules.ts';
import { fieldsOf } from '../../watching/forms/validate.ts';

const PROGRAM = fileURLToPath(new URL('../../watching/forms/forms.py', import.meta.url));
const MONITORING = new URL('../../../generated/monitoring/', import.meta.url);
const FORMS = [
  ['log-metric', 'LogMetric', 'log-metrics'],
  ['alert-policy', 'AlertPolicy', 'alert-policies'],
  ['dashboard', 'Dashboard', 'dashboards'],
] as const;
/** Only a limit: a loaded machine starts gcloud ten times slower than an idle one. */
const PATIENCE_MS = 120_000;

let python: string;
let sdk: string;
beforeAll(() => {
  const asked = ['info', '--format=value(basic.python_location,installation.sdk_root)'];
  [python = '', sdk = ''] = execFileSync('gcloud', asked, { encoding: 'utf8' }).trim().split('\t');
}, PATIENCE_MS);

function ask(args: readonly string[], input = ''): unknown {
  return JSON.parse(execFileSync(python, [PROGRAM, sdk, ...args], { encoding: 'utf8', input }));
}

function filesOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(new URL(folder, MONITORING));
  return Object.fromEntries(
    files.map((file) => [file, readFileSync(new URL(`${folder}/${file}`, MONITORING), 'utf8')]),
  );
}

describe('what watches, read as gcloud reads it', { timeout: PATIENCE_MS }, () => {
  test.each(FORMS)(
    'every %s is decoded by Google’s own classes and comes out as it went in',
    (_form, name, folder) => {
      const files = filesOf(folder);
      const expected = Object.fromEntries(Object.keys(files).map((file) => [file, []]));
      expect(ask(['decode', name], JSON.stringify(files))).toEqual(expected);
    },
  );

  test('a misspelt field, a word that is none, and a text for a number are found', () => {
    const { 'phase-partial.json': whole = '' } = filesOf('alert-policies');
    const broken = {
      field: whole.replace('"conditionThreshold"', '"conditionTreshold"'),
      word: whole.replace('"REDUCE_SUM"', '"REDUCE_ALL"'),
      number: whole.replace('"thresholdValue": 0', '"thresholdValue": "none"'),
    };
    expect(Object.values(broken)).not.toContain(whole);
    const problems = ask(['decode', 'AlertPolicy'], JSON.stringify(broken)) as Record<
      string,
      readonly string[]
    >;
    expect(problems['field']).toEqual(['conditions.0.conditionTreshold is not known']);
    expect(problems['word']?.join()).toContain('crossSeriesReducer is not known');
    expect(problems['number']?.join()).toContain('cannot be decoded');
  });

  test.each(FORMS)(
    'the schema of a %s knows nothing that Google’s classes do not',
    (form: FormName, name) => {
      const installed = ask(['schemas']) as Record<string, { readonly definitions: object }>;
      // Google adds fields and words; what the schema knows must all be there.
      expect(installed[name]?.definitions).toMatchObject(known(fieldsOf(form).definitions));
    },
  );
});

/** The same with words as a list that may be a part of another. */
function known(definitions: object): object {
  return JSON.parse(JSON.stringify(definitions), (key, value: unknown) =>
    key === 'enum' ? expect.arrayContaining(value as unknown[]) : value,
  ) as object;
}
