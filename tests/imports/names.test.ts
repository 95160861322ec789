import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { FEATURE_STORE, PROCESSORS } from '../../generated/registry.ts';
import { TOPICS } from '../../generated/topology.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUTS = Object.values(PROCESSORS).flatMap((processors) => Object.entries<Output>(processors));

interface Output {
  readonly dataset: string;
  readonly table: string;
}

/** Tables that are called as their processor are names of processors too, which types hold to the registry. */
const TABLES = OUTPUTS.flatMap(([processor, { table }]) => (table === processor ? [] : [table]));
/** The files of scrapers are no dataset, and a collection is called as they are. */
const DATASETS = OUTPUTS.map(([, { dataset }]) => dataset).filter((dataset) => dataset.startsWith('nba_'));
const NAMES = [...new Set([...Object.keys(TOPICS), FEATURE_STORE, ...TABLES, ...DATASETS])];

/** The computation that makes the table of this name is where the name meets the code. */
const HOME = 'reference/basketball/precompute/';

/** The names of the contract that a source writes in a text of its own; comments may speak of them. */
function namesWritten(source: string): readonly string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      texts.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest));
  return NAMES.filter((name) => texts.some((text) => text.split(/[^\w-]+/).includes(name)));
}

function sources(room: string): readonly string[] {
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => `${room}/${path}`);
}

describe('no file of the products writes a name of the contract by hand', () => {
  test.each(['reference', 'conformance', 'scripts'])(
    '%s reads topics, tables and datasets from generated/',
    (room) => {
      const files = sources(room);
      expect(files.length).toBeGreaterThan(50);
      const written = files
        .filter((path) => !path.startsWith(HOME))
        .flatMap((path) =>
          namesWritten(readFileSync(join(ROOT, path), 'utf8')).map((name) => `${path}: ${name}`),
        );
      expect(written).toEqual([]);
    },
  );

  test.each([
    ["publish('nba-phase4-trigger')", ['nba-phase4-trigger']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a source.
    ['say(`${count} on nba-phase4-trigger`)', ['nba-phase4-trigger']],
    ["wait('ml_feature_store_v2')", ['ml_feature_store_v2']],
    ['// nba-phase4-trigger carries it\npublish(TOPIC.phase4Trigger)', []],
    ["post('/nba-phase4-trigger-of-another')", []],
  ])('%j writes %j', (source, names) => {
    expect(namesWritten(source)).toEqual(names);
  });
});
