import { warehouseOf } from '../../../generate/bigquery/files.ts';
import { keptTopics, OF_EVERY_MESSAGE } from '../../../generate/bigquery/topics.ts';
import { readCloud } from '../../../generate/cloud.ts';
import type { Contract, ContractProblem } from '../../contract.ts';
import { at, type Json, membersOf } from '../../json.ts';

const SCHEMAS = ['components', 'schemas'];
/** What a column can be called, and every client of BigQuery can read. */
const COLUMN = /^[A-Za-z_][A-Za-z0-9_]{0,299}$/;
/** Beginnings that BigQuery keeps for itself, in any case of letters. */
const KEPT = /^(_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER|_CHANGE_)/i;

/** Check that what the contract keeps in BigQuery can be kept there: names of columns and tables, and what views need. */
export function analyticsProblems(contract: Contract): readonly ContractProblem[] {
  if (at(contract.document, 'x-deployment', 'analytics') === undefined) return [];
  const columns = [...columnProblems(contract), ...takenProblems(contract)];
  return columns.length > 0 ? columns : viewProblems(contract);
}

function columnProblems(contract: Contract): readonly ContractProblem[] {
  return [...schemasOfMessages(contract)].flatMap((schema) => {
    const path = [...SCHEMAS, schema];
    const places = [[...path, 'properties'], ...partsWithFields(contract, path)];
    const names = places.flatMap((place) =>
      membersOf(at(contract.document, ...place)).map(([name]) => [name, [...place, name]] as const),
    );
    return names.flatMap(([name, place], index) => {
      const line = contract.lineOf(place);
      if (!COLUMN.test(name) || KEPT.test(name)) {
        const what = `expected field ${name} of ${schema} to have a name that BigQuery takes for a column: a letter or _, then letters, digits and _, at most 300, and none of its own beginnings such as _PARTITION`;
        return [{ line, what, todo: 'rename the field, or take x-deployment.analytics away' }];
      }
      const twin = names
        .slice(0, index)
        .find(([other]) => other !== name && other.toLowerCase() === name.toLowerCase());
      if (twin === undefined) return [];
      const what = `expected field ${name} of ${schema} to differ from ${twin[0]} in more than the case of its letters, which BigQuery does not tell apart`;
      return [{ line, what, todo: 'rename one of the two' }];
    });
  });
}

/** Fields that stand beside others in an allOf. */
function partsWithFields(
  contract: Contract,
  path: readonly string[],
): readonly (readonly (string | number)[])[] {
  const parts = at(contract.document, ...path, 'allOf');
  return Array.isArray(parts) ? parts.map((_, index) => [...path, 'allOf', index, 'properties']) : [];
}

/** Names of the schemas of messages and of all that these refer to. */
function schemasOfMessages({ document }: Contract): ReadonlySet<string> {
  const refersTo = (value: Json | undefined): readonly string[] =>
    [...JSON.stringify(value ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
  const payloads = membersOf(at(document, 'components', 'messages')).map(([, message]) =>
    at(message, 'payload'),
  );
  const found = new Set(payloads.flatMap(refersTo));
  for (const name of found) for (const other of refersTo(at(document, ...SCHEMAS, name))) found.add(other);
  return found;
}

/** The view of a topic has columns of its own, beside those of its messages. */
function takenProblems(contract: Contract): readonly ContractProblem[] {
  const own = OF_EVERY_MESSAGE.map(({ name }) => name);
  return keptTopics(readCloud(contract)).flatMap(({ topic, columns, is_dead_letter }) =>
    columns
      .filter(({ name }) => !is_dead_letter && own.includes(name.toLowerCase()))
      .map(({ name }) => ({
        line: contract.lineOf(['x-deployment', 'analytics']),
        what: `expected no field of a message of ${topic} to be called ${name}, which is a column of every topic's view`,
        todo: `rename the field; ${own.join(', ')} are taken`,
      })),
  );
}

function viewProblems(contract: Contract): readonly ContractProblem[] {
  const line = contract.lineOf(['x-deployment', 'analytics']);
  const cloud = readCloud(contract);
  const topics = keptTopics(cloud).flatMap(({ table, view }) => [table, view]);
  try {
    const { tables, views } = warehouseOf(cloud);
    const names = [...Object.keys(tables), ...Object.keys(views)];
    const lost = topics.filter((name, index) => topics.indexOf(name) !== index);
    if (lost.length === 0 && new Set(names).size === names.length && isWhole(topics, views)) return [];
    const what = `expected tables and views of BigQuery to have names of their own, got ${lost.join(', ') || 'a topic that is called like a view'} twice`;
    return [{ line, what, todo: 'rename the topic' }];
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return [
      { line, what, todo: 'give the contract what the view needs, or take x-deployment.analytics away' },
    ];
  }
}

/** A topic that is called like a report would have taken its place among the views. */
function isWhole(topics: readonly string[], views: Readonly<Record<string, string>>): boolean {
  return topics.every((name) => !(name in views) || views[name]?.includes(`raw_${name}`) === true);
}
