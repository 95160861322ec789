import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../generated/examples.ts';
import { TRIGGER_IDENTITY } from '../../generated/topology.ts';
import { type SchemaName, validate } from '../../generated/validation.ts';
import { schemasOf } from '../../scripts/schemas/flatten.ts';
import { realContract } from '../contract/edited-contract.ts';
import { drawnQuestions } from './drawn.ts';
import { askPython, python, type Question, ROOT } from './python.ts';

const PACKAGE = `${ROOT}generated/python`;

/** Another seed draws other messages: `SEED=7 npm run test:python`. */
const SEED = Number(process.env['SEED'] ?? 20240115);

function problemsOf({ name, direction, value }: Question): readonly (readonly string[])[] {
  return validate(name as SchemaName, direction, value).map(({ field, expected, got }) => [
    field,
    expected,
    got,
  ]);
}

describe('the Python package judges as the TypeScript does', { timeout: 120_000 }, () => {
  test('every example, in both directions, each of its fields left out, null or of another type', async () => {
    const questions = EXAMPLES.flatMap(({ message, payload }) =>
      (['send', 'receive'] as const).flatMap((direction): readonly Question[] => [
        { direction, name: message, value: payload },
        ...Object.keys(payload).flatMap((field) => {
          const { [field]: _left, ...rest } = payload;
          return [rest, ...[null, 7, 'x', [], {}].map((odd) => ({ ...payload, [field]: odd }))].map(
            (value) => ({
              direction,
              name: message,
              value,
            }),
          );
        }),
      ]),
    );
    const answers = await askPython(PACKAGE, questions);
    expect(answers.map(({ problems }) => problems)).toEqual(questions.map(problemsOf));
  });

  test('thousands of values drawn from the contract, valid and broken: same fields, words and order, and models that agree', async () => {
    const questions = drawnQuestions(schemasOf(realContract().document), SEED, 150);
    const answers = await askPython(PACKAGE, questions);
    const verdicts = questions.map((question, index) => ({
      question,
      answer: answers[index],
      expected: problemsOf(question),
    }));
    const differing = verdicts.filter(
      ({ answer, expected }) => JSON.stringify(answer?.problems) !== JSON.stringify(expected),
    );
    expect(differing.slice(0, 3)).toEqual([]);
    const disagreeing = verdicts.filter(
      ({ answer, expected }) =>
        answer?.model !== undefined && (answer.model === 'takes') !== (expected.length === 0),
    );
    expect(disagreeing.slice(0, 3)).toEqual([]);
    const changed = verdicts.filter(({ answer }) => answer?.same === false);
    expect(changed.slice(0, 3)).toEqual([]);
    const valid = verdicts.filter(({ expected }) => expected.length === 0).length;
    console.log(`seed ${SEED}: ${valid} valid and ${verdicts.length - valid} broken values, same verdicts`);
    expect(valid).toBeGreaterThan(2000);
    expect(verdicts.length - valid).toBeGreaterThan(2000);
  });

  test('the id of a trigger is the one that the contract’s example has', async () => {
    const example = EXAMPLES.find(({ message }) => message === 'Phase4Trigger')?.payload;
    const program = [
      'from nba_pipeline_contract import trigger_execution_id as identity',
      `print(identity(${JSON.stringify(example?.['processor_name'])}.replace("_", "-"), "${String(example?.['game_date'])}", 1, 1))`,
    ].join('\n');
    expect(TRIGGER_IDENTITY.kind).toBe('UUIDv5');
    expect((await python(['-c', program], [PACKAGE])).out.trim()).toBe(example?.['execution_id']);
  });
});
