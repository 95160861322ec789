import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ANOMALIES, meaningOf } from '../../../conformance/checks/anomalies.ts';
import { SITUATIONS } from '../../../conformance/checks/situations/all.ts';
import { COMPONENT_NAMES, PROFILES } from '../../../conformance/contract/names.ts';
import { areaName } from '../../../conformance/reports/areas.ts';
import { CATALOGUE } from '../../../conformance/requirements/catalogue.ts';

test('every anomaly and every situation is explained in a sentence of its own', () => {
  const sentences = [...Object.values(ANOMALIES), ...SITUATIONS.map(({ sentence }) => sentence)];
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*[.]$/);
  expect(new Set(sentences).size).toBe(sentences.length);
  expect(meaningOf('lost trigger')).toBe(ANOMALIES['lost trigger']);
  expect(meaningOf('of another judge')).toBe('');
});

test('an editor that reads target.schema.yaml offers the components and profiles of the contract', () => {
  const { definitions } = JSON.parse(readFileSync('generated/names.schema.json', 'utf8'));
  expect(definitions.component_name.enum).toEqual(COMPONENT_NAMES);
  expect(definitions.profile_name.enum).toEqual(PROFILES);
  expect(COMPONENT_NAMES).not.toContain('operators');
});

test('the area of every requirement has a name', () => {
  for (const { id } of CATALOGUE) expect(areaName(id.split('-')[0] ?? '')).toMatch(/^[A-Z][a-z]/);
});
