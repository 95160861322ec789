import { describe, expect, test } from 'vitest';
import { analyticsProblems } from '../../../../../scripts/contract/rules/platform/analytics.ts';
import { type Breakage, expectFound } from '../../../breakage.ts';
import { editedContract } from '../../../edited-contract.ts';

const REQUEST = ['components', 'schemas', 'PredictionRequest', 'properties'];
const UPSTREAM = ['components', 'schemas', 'UpstreamRun', 'properties'];

const BREAKAGES: readonly Breakage[] = [
  {
    name: 'a field that begins with a digit',
    edit: (document) => document.setIn([...REQUEST, '3pt_rate'], { type: 'number' }),
    says: 'expected field 3pt_rate of PredictionRequest to have a name that BigQuery takes for a column',
    at: '3pt_rate:',
  },
  {
    name: 'a field with a hyphen, deep in a message',
    edit: (document) => document.setIn([...UPSTREAM, 'run-number'], { type: 'integer' }),
    says: 'expected field run-number of UpstreamRun',
    at: 'run-number:',
  },
  {
    name: 'a field that BigQuery keeps for itself',
    edit: (document) => document.setIn([...REQUEST, '_partitiontime'], { type: 'string' }),
    says: 'expected field _partitiontime of PredictionRequest',
    at: '_partitiontime:',
  },
  {
    name: 'two fields that differ in their capitals',
    edit: (document) => document.setIn([...REQUEST, 'Run'], { type: 'integer' }),
    says: 'expected field Run of PredictionRequest to differ from run in more than the case',
    at: 'Run:',
  },
  {
    name: 'a field that is called like a column of every view',
    edit: (document) => document.setIn([...REQUEST, 'publish_time'], { type: 'string' }),
    says: 'expected no field of a message of nba-phase5-prediction-request to be called publish_time',
    at: 'analytics:',
  },
  {
    name: 'no message that announces coverage',
    edit: (document) =>
      document.deleteIn(['components', 'schemas', 'PredictionsMetadata', 'properties', 'coverage_percent']),
    says: 'expected one topic whose messages all have metadata.coverage_percent, found 0',
    at: 'analytics:',
  },
  {
    name: 'a topic that is called like a view',
    edit: (document) => document.setIn(['channels', 'phase4Trigger', 'address'], 'messages'),
    says: 'to have names of their own',
    at: 'analytics:',
  },
];

expectFound('what is kept in BigQuery', analyticsProblems, BREAKAGES);

describe('a contract that keeps nothing in BigQuery', () => {
  test('may have any field', () => {
    const contract = editedContract((document) => {
      document.deleteIn(['x-deployment', 'analytics']);
      document.setIn([...REQUEST, '3pt_rate'], { type: 'number' });
    });
    expect(analyticsProblems(contract)).toEqual([]);
  });
});
