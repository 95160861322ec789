import { describe, expect, test } from 'vitest';
import { fillExamples } from '../../scripts/contract/blocks/examples.ts';
import { readContract } from '../../scripts/contract/contract.ts';
import { schemaProblems } from '../../scripts/contract/rules/schemas.ts';
import { editedContract, realContract } from './edited-contract.ts';

const FORMS = {
  pace: { type: 'number', minimum: 1 },
  side: { $ref: '#/components/schemas/RunStatus' },
  when: { $ref: '#/components/schemas/UtcTimestamp' },
  marks: { type: 'array', items: { type: 'string' } },
  arena: { $ref: '#/components/schemas/CompletionRecord' },
  doubt: { type: ['string', 'null'] },
};

/** The text of the contract in which messages ask for fields that no example has. */
function asking(schema: string, forms: Readonly<Record<string, object>>): string {
  return editedContract((document) => {
    for (const [field, form] of Object.entries(forms)) {
      document.setIn(['components', 'schemas', schema, 'properties', field], document.createNode(form));
      document.addIn(['components', 'schemas', schema, 'required'], field);
    }
  }).text;
}

describe('generate --fix-examples', () => {
  test('the lint names each example that lacks a new field, and the command that writes it', () => {
    const problems = schemaProblems(readContract(asking('PredictionRequest', { pace: FORMS.pace }), 'new'));
    expect(problems.length).toBeGreaterThan(0);
    for (const { what, todo, line } of problems) {
      expect(what).toMatch(
        /expected pace of example .+ of PredictionRequest to be a number of at least 1, got nothing/,
      );
      expect(todo).toContain('--fix-examples');
      expect(line).toBeGreaterThan(0);
    }
  });

  test.each(['PredictionRequest', 'UpstreamRun', 'TriggerMetadata'])(
    'fields of every form are written into every example of %s, and nothing else changes',
    (schema) => {
      const text = asking(schema, FORMS);
      const filled = fillExamples(text, 'new');
      expect(filled.added.length).toBeGreaterThanOrEqual(Object.keys(FORMS).length);
      expect(schemaProblems(readContract(filled.text, 'new'))).toEqual([]);
      const before = text.split('\n');
      const kept = filled.text.split('\n').filter((line) => before.includes(line));
      expect(kept.length).toBeGreaterThan(before.length - 30);
    },
  );

  test('a field whose value only a person knows stays for the lint; a sound contract stays as it is', () => {
    const text = asking('PredictionRequest', { code: { type: 'string', pattern: '^[A-Z]{3}$' } });
    expect(fillExamples(text, 'new')).toEqual({ text, added: [] });
    const real = realContract().text;
    expect(fillExamples(real, 'new')).toEqual({ text: real, added: [] });
  });
});
