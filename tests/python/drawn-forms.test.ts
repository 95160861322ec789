import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { sectionDescriptions } from '../../scripts/contract/form.ts';
import { schemaProblems } from '../../scripts/contract/rules/schemas.ts';
import { pythonFiles } from '../../scripts/generate/python/files.ts';
import { writeFiles } from '../../scripts/generate/write.ts';
import { schemasOf } from '../../scripts/schemas/flatten.ts';
import { contractWith, type DrawnEdit, drawnEdits, SEED } from '../contract/generation/drawn-contracts.ts';
import { python } from './python.ts';

/** Enough that every odd name, form and enum is met; each is a whole contract. */
const EDITS = 20;

/** Imports each folder's package anew, and asks it about the enum. */
const PROGRAM = `
import importlib, json, sys
for folder, values in json.loads(sys.argv[1]):
    for name in [name for name in sys.modules if name.startswith("nba_pipeline_contract")]:
        del sys.modules[name]
    sys.path.insert(0, folder)
    try:
        importlib.import_module("nba_pipeline_contract.models")
        validate = importlib.import_module("nba_pipeline_contract").validate
        refused = [value for value in values if validate("send", "Drawn", value)]
        taken = [] if validate("send", "Drawn", "a value that nobody drew") else ["a value that nobody drew"]
        print(json.dumps({"refused": refused, "taken": taken}))
    except Exception as error:
        print(json.dumps({"error": repr(error)}))
    sys.path.remove(folder)
`;

describe('any contract that the lint passes becomes a package of Python', { timeout: 300_000 }, () => {
  const place = mkdtempSync(path.join(tmpdir(), 'drawn-python-'));
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  test('names, enums, forms and texts that nobody chose: it is imported, and takes the values of its enum', async () => {
    const edits = fc
      .sample(drawnEdits, { seed: SEED, numRuns: EDITS * 3 })
      .filter((edit) => schemaProblems(contractWith(edit)).length === 0)
      .slice(0, EDITS);
    expect(edits.length).toBeGreaterThan(5);
    const asked: [string, DrawnEdit['values']][] = [];
    for (const [index, edit] of edits.entries()) {
      const contract = contractWith(edit);
      const files = pythonFiles(contract, schemasOf(contract.document), sectionDescriptions());
      const folder = path.join(place, String(index));
      writeFiles(folder, new Map([...files].map(([file, text]) => [file.replace('python/', ''), text])));
      asked.push([folder, edit.values]);
    }
    const { code, out } = await python(['-c', PROGRAM, JSON.stringify(asked)], [], place);
    expect([code, out]).toEqual([0, expect.anything()]);
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map((answer, index) => ({ ...answer, edit: edits[index] }))).toEqual(
      edits.map((edit) => ({ refused: [], taken: [], edit })),
    );
  });
});
