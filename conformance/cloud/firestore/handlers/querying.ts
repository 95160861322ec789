import type { Wire } from '../../rpc/service.ts';
import { aggregate, aggregatedPaths, aggregationsFromWire } from '../query/aggregate.ts';
import { queryFromWire } from '../query/from-wire.ts';
import { withDistance } from '../query/nearest.ts';
import type { Query } from '../query/query.ts';
import { runQuery as findDocuments } from '../query/run.ts';
import type { StoredDocument } from '../store/document.ts';
import type { Databases } from '../store/store.ts';
import { type Access, collectionKey, type Reading } from '../transactions/access.ts';
import type { FieldPath } from '../values/field-path.ts';
import { fieldsToWire } from '../values/to-wire.ts';
import { invalid, messageOf, messagesOf, requireServedFields, textOf, unserved } from '../wire/fields.ts';
import { parseParentName } from '../wire/names.ts';
import { microsToWire } from '../wire/timestamps.ts';
import { afterBegun, documentToWire } from './answer.ts';
import { CONSISTENCY_FIELDS, consistencyFromWire } from './consistency.ts';

/** Serves RunQuery: one message per document, or one without a document when there is none. */
export async function runQuery(
  databases: Databases,
  access: Access,
  request: Wire,
): Promise<readonly Wire[]> {
  requireServedFields(request, 'RunQuery', ['parent', 'queryType', 'structuredQuery', ...CONSISTENCY_FIELDS]);
  const parent = parseParentName(textOf(request, 'parent'));
  const structured = messageOf(request, 'structuredQuery');
  if (structured === undefined) throw invalid('RunQuery needs a structured_query');
  const query = queryFromWire(structured, parent.segments);
  const answer = await access.read(
    databases.open(parent),
    consistencyFromWire(request),
    readingOf(query, []),
  );
  const readTime = microsToWire(answer.read_micros);
  const results = answer.sightings.flatMap(({ document }) =>
    document === undefined
      ? []
      : [{ document: documentToWire(withDistance(document, query.nearest), query.select), readTime }],
  );
  return afterBegun(answer.begun, results.length === 0 ? [{ readTime }] : results);
}

/** Serves RunAggregationQuery: count, sum and average. */
export async function runAggregationQuery(
  databases: Databases,
  access: Access,
  request: Wire,
): Promise<readonly Wire[]> {
  requireServedFields(request, 'RunAggregationQuery', [
    'parent',
    'queryType',
    'structuredAggregationQuery',
    ...CONSISTENCY_FIELDS,
  ]);
  const parent = parseParentName(textOf(request, 'parent'));
  const aggregation = messageOf(request, 'structuredAggregationQuery') ?? {};
  requireServedFields(aggregation, 'StructuredAggregationQuery', [
    'queryType',
    'structuredQuery',
    'aggregations',
  ]);
  const query = queryFromWire(messageOf(aggregation, 'structuredQuery') ?? {}, parent.segments);
  if (query.nearest !== undefined) throw unserved('an aggregation over StructuredQuery.find_nearest');
  const aggregations = aggregationsFromWire(messagesOf(aggregation, 'aggregations'));
  const paths = aggregatedPaths(aggregations);
  if (query.select !== undefined && paths.length > 0) {
    throw invalid('a sum or an average must not be asked of a query with select');
  }
  const answer = await access.read(
    databases.open(parent),
    consistencyFromWire(request),
    readingOf(query, paths),
  );
  const documents = answer.sightings
    .map(({ document }) => document)
    .filter((document): document is StoredDocument => document !== undefined);
  const aggregateFields = fieldsToWire(aggregate(documents, aggregations));
  return afterBegun(answer.begun, [
    { result: { aggregateFields }, readTime: microsToWire(answer.read_micros) },
  ]);
}

function readingOf(query: Query, required: readonly FieldPath[]): Reading {
  const { parent, collection_id, all_descendants } = query.selector;
  const collection = [...parent, collection_id ?? ''];
  return {
    label: `a query on ${collection.join('/')}`,
    keys: [collectionKey(collection, all_descendants)],
    read: (view) =>
      findDocuments(view, query, required).map((document) => ({ path: document.path, document })),
  };
}
