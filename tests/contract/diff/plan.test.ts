import { describe, expect, test } from 'vitest';
import type { Document } from 'yaml';
import { readContract } from '../../../scripts/contract/contract.ts';
import { bridgeBetween } from '../../../scripts/contract/diff/plan/bridge.ts';
import { planBetween } from '../../../scripts/contract/diff/plan/steps.ts';
import { schemaProblems } from '../../../scripts/contract/rules/schemas.ts';
import { editedContract, realContract } from '../edited-contract.ts';

const REQUEST = ['components', 'schemas', 'PredictionRequest'];
const EXAMPLE = ['components', 'messages', 'PredictionRequest', 'examples', 0, 'payload'];
const EFFORT = { samples: 60, seed: 1 };
const REAL = realContract().document;

function planOf(edit: (document: Document) => void) {
  return planBetween(REAL, editedContract(edit).document, EFFORT);
}

function rename(document: Document): void {
  document.setIn([...REQUEST, 'properties', 'player'], document.createNode({ type: 'string', minLength: 1 }));
  document.deleteIn([...REQUEST, 'properties', 'player_lookup']);
  document.setIn([...REQUEST, 'required', 1], 'player');
  document.setIn([...EXAMPLE, 'player'], 'tyresemaxey');
  document.deleteIn([...EXAMPLE, 'player_lookup']);
}

describe('a rollout without an outage', () => {
  test('a required field: receivers do without it at first', () => {
    const plan = planOf((document) => {
      document.setIn([...REQUEST, 'properties', 'pace'], document.createNode({ type: 'number' }));
      document.addIn([...REQUEST, 'required'], 'pace');
    });
    expect(plan.impossible).toBeNull();
    expect(plan.disagreements).toEqual([]);
    expect(plan.steps.map(({ contract, who }) => [contract, who])).toEqual([
      ['bridge', 'everybody'],
      ['new', 'everybody'],
    ]);
    expect(plan.steps[1]?.wait).toMatch(/nothing in the old form is under way/);
    expect(
      plan.steps.every(
        ({ proof }) => proof.length > 0 && proof.every((search) => search.found === null && search.tried > 0),
      ),
    ).toBe(true);
  });

  test('a renamed field: senders write both names for a while', () => {
    const plan = planOf(rename);
    expect([plan.impossible, plan.disagreements]).toEqual([null, []]);
    expect(plan.steps.map(({ contract }) => contract)).toEqual(['bridge', 'new']);
  });

  test('the contract between the two keeps the rules of schemas and examples', () => {
    const bridge = bridgeBetween(REAL, editedContract(rename).document);
    expect(schemaProblems(readContract(JSON.stringify(bridge), 'bridge.json'))).toEqual([]);
  });

  test('what no contract between the two would help: senders first, and receivers when nothing old is under way', () => {
    const plan = planOf((document) =>
      document.setIn([...REQUEST, 'properties', 'player_lookup', 'pattern'], '^[a-z]+$'),
    );
    expect(plan.impossible).toBeNull();
    expect(plan.steps.every(({ components }) => components.length > 0)).toBe(true);
    expect(plan.steps.at(-1)?.wait).toMatch(/nothing in the old form is under way/);
  });

  test('a new value of an enum: receivers first, while all still send the old ones', () => {
    const plan = planOf((document) =>
      document.addIn(['components', 'schemas', 'PredictionStatus', 'enum'], 'skipped'),
    );
    expect(plan.bridge).toBeNull();
    expect(plan.steps.map(({ who, components }) => [who, components])).toEqual([
      ['receivers', ['phase5-coordinator']],
      ['senders', ['phase5-worker']],
    ]);
  });

  test('a type that is another: receivers take both, then senders move, then the old one goes', () => {
    const plan = planOf((document) => {
      document.setIn(
        [...REQUEST, 'properties', 'attempt'],
        document.createNode({ type: 'string', minLength: 1 }),
      );
      document.setIn([...EXAMPLE, 'attempt'], '1');
    });
    expect([plan.impossible, plan.disagreements]).toEqual([null, []]);
    expect(plan.steps.map(({ contract, who }) => `${contract} ${who}`)).toEqual([
      'bridge receivers',
      'bridge senders',
      'new senders',
      'new receivers',
    ]);
  });
});
