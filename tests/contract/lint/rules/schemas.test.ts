import { schemaProblems } from '../../../../scripts/contract/rules/schemas.ts';
import { type Breakage, expectFound } from '../../breakage.ts';

const SCHEMA = ['components', 'schemas'];

const BREAKAGES: readonly Breakage[] = [
  {
    name: 'a reference that leads nowhere',
    edit: (document) =>
      document.setIn([...SCHEMA, 'RetryRequest', 'properties', 'run'], {
        $ref: '#/components/schemas/RunNo',
      }),
    says: 'expected #/components/schemas/RunNo to exist',
    at: 'RunNo',
  },
  {
    name: 'an enum without a name',
    edit: (document) =>
      document.setIn([...SCHEMA, 'RetryRequest', 'properties', 'mode'], {
        type: 'string',
        enum: ['a', 'b'],
      }),
    says: 'expected the enum at components.schemas.RetryRequest.properties.mode to have a name',
    at: 'mode:',
  },
  {
    name: 'an object without a name in a list',
    edit: (document) =>
      document.setIn([...SCHEMA, 'RetryRequest', 'properties', 'parts'], {
        type: 'array',
        items: { type: 'object', properties: { a: { type: 'string' } } },
      }),
    says: 'expected the object at components.schemas.RetryRequest.properties.parts.items to have a name',
    at: 'items:',
  },
  {
    name: 'a required field that is not described',
    edit: (document) => document.addIn([...SCHEMA, 'TriggerRecord', 'required'], 'reason'),
    says: 'expected required field reason of components.schemas.TriggerRecord',
    at: 'required:',
  },
  {
    name: 'a state document without its schema',
    edit: (document) => document.setIn(['x-state', 'phase4_completion', 'schema'], 'Phase4State'),
    says: 'got Phase4State',
    at: 'schema: Phase4State',
  },
  {
    name: 'an expiry field that the schema lacks',
    edit: (document) => document.setIn(['x-state', 'processor_claims', 'ttl_field'], 'expires'),
    says: 'to be a field of ProcessorClaim, got expires',
    at: 'ttl_field: expires',
  },
  {
    name: 'a payload without a name',
    edit: (document) =>
      document.setIn(['components', 'messages', 'PredictionReady', 'payload'], { type: 'object' }),
    says: 'expected the payload of PredictionReady to refer to an object under components.schemas',
    at: 'payload:',
  },
  {
    name: 'a message of an unknown phase',
    edit: (document) => document.setIn(['components', 'messages', 'PredictionReady', 'x-phase'], 'phase_6'),
    says: 'expected x-phase of PredictionReady',
    at: 'x-phase: phase_6',
  },
  {
    name: 'a message without an example',
    edit: (document) => document.deleteIn(['components', 'messages', 'PredictionReady', 'examples']),
    says: 'expected message PredictionReady to have an example',
    at: 'PredictionReady:',
  },
  {
    name: 'an example that breaks its own schema',
    edit: (document) =>
      document.setIn(
        ['components', 'messages', 'PredictionReady', 'examples', 0, 'payload', 'game_date'],
        '15/01/2024',
      ),
    says: 'expected game_date of example predicted of PredictionReady to be a real date YYYY-MM-DD, got "15/01/2024"',
    at: "game_date: '15/01/2024'",
  },
];

expectFound('schemas and examples', schemaProblems, BREAKAGES);
