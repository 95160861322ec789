import { PROCESSORS } from '../../../generated/registry.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { SceneDelivery } from '../../harness/scene/scene.ts';
import type { Payload } from '../../history/events.ts';
import { text } from '../../history/select.ts';
import type { Check } from '../check.ts';
import { judgeDefective } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverBroken } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';

/** A dataset that tables of the registry are in. */
const DATASET = PROCESSORS.phase_3_analytics.player_game_summary.dataset;

/** Broken envelopes, bytes and messages in place of the decisive one; then the genuine one, which must still work. */
export function invalidMessages(recipe: Recipe): Check {
  return defectiveCheck(recipe, {
    name: `invalid-messages-to-${recipe.receiver}`,
    requirements: ['ACK-002', 'ACK-007'],
    nack: 'ACK-002',
    status: 'ACK-007',
    defects: (message) => [...brokenEnvelopes(message), ...brokenMessages(message, recipe.unified)],
  });
}

/** Words, other formats and days that do not exist in place of the game date. */
export function impossibleDates(recipe: Recipe): Check {
  return defectiveCheck(recipe, {
    name: `impossible-dates-to-${recipe.receiver}`,
    requirements: ['MSG-005'],
    nack: 'MSG-005',
    defects: (message) =>
      IMPOSSIBLE_DATES.map((game_date) => ({
        message: changeMessage(message, { game_date }),
        defect: `game_date ${JSON.stringify(game_date)}`,
      })),
  });
}

/** Dates that never may become a document's id. */
const IMPOSSIBLE_DATES: readonly (string | null)[] = [
  'TODAY',
  'None',
  '',
  '2031/01/05',
  '05-01-2031',
  '20310105',
  '2031-1-5',
  '2031-02-30',
  '2031-13-01',
  '2031-01-05T00:00:00Z',
  null,
];

/** A name that the registry does not have, with the table of one that it has. */
export function unknownProcessor(recipe: Recipe): Check {
  return defectiveCheck(recipe, {
    name: `unknown-processor-to-${recipe.receiver}`,
    requirements: ['ACK-003'],
    nack: 'ACK-003',
    defects: (message) => [
      {
        message: changeMessage(message, {
          processor_name: 'shot_quality_model',
          ...('scraper_name' in message
            ? { name: 'shot_quality_model', scraper_name: 'shot_quality_model' }
            : {}),
        }),
        defect: 'processor_name "shot_quality_model", which the registry does not have',
      },
      {
        message: changeMessage(message, { processor_name: `${DATASET}.${text(message, 'output_table')}` }),
        defect: 'a dataset and table as processor_name',
      },
    ],
  });
}

type Defective = Partial<SceneDelivery> & { readonly defect: string };

function defectiveCheck(
  recipe: Recipe,
  options: {
    readonly name: string;
    readonly requirements: Check['requirements'];
    readonly nack: Check['requirements'][number];
    readonly status?: Check['requirements'][number];
    defects(message: Payload): readonly Defective[];
  },
): Check {
  return {
    name: options.name,
    requirements: options.requirements,
    profile: 'message',
    ...subjectOf(recipe),
    run: (scene) => deliverBroken(scene, recipe, options.defects),
    judge: (history) => [
      ...judgeDefective(history, recipe.component, {
        nack: options.nack,
        ...(options.status === undefined ? {} : { status: options.status }),
      }),
      ...judgeOutputs(history, recipe.component, {
        lost: options.nack,
        early: options.nack,
        phantom: options.nack,
        topics: recipe.outputs,
      }),
    ],
  };
}

/** Each JSON type in each place where the contract has an object or text: the body, its message, the message's data, and what it says. */
function brokenEnvelopes(message: Payload): readonly Defective[] {
  const whole = (http_body: string, defect: string): Defective => ({ message: null, http_body, defect });
  const attributes = { messageId: '1', publishTime: '2031-01-01T00:00:00Z' };
  const enveloped = (inner: unknown): string => JSON.stringify({ message: inner, subscription: 's' });
  const said = (data: string, defect: string): Defective => ({ message: null, data, defect });
  return [
    whole('', 'an empty body'),
    whole('{"message":', 'a body that is no JSON'),
    ...['null', '[]', '17', '"text"'].map((body) => whole(body, `the body ${body}`)),
    whole('{"subscription":"s"}', 'an envelope without message'),
    ...[null, [], 'text'].map((inner) =>
      whole(enveloped(inner), `${JSON.stringify(inner)} as message of the envelope`),
    ),
    whole(enveloped(attributes), 'a message without data'),
    whole(enveloped({ ...attributes, data: '{{{not base64' }), 'data that is no base64'),
    ...[null, 17, message].map((data) =>
      whole(enveloped({ ...attributes, data }), `${data === message ? 'an object' : data} as data`),
    ),
    said('', 'data of no bytes'),
    said('{"game_date":', 'data that is no JSON'),
    ...['null', '[]', '17', 'true', '"text"'].map((data) => said(data, `data that is no object but ${data}`)),
    said(JSON.stringify([message]), 'a list with the message in it as data'),
  ];
}

function brokenMessages(message: Payload, unified: boolean): readonly Defective[] {
  const field = unified ? 'status' : 'batch_id';
  const broken: Defective[] = [
    { message: changeMessage(message, { [field]: undefined, name: undefined }), defect: `no ${field}` },
    { message: changeMessage(message, { execution_id: 17 }), defect: 'a number as execution_id' },
    { message: changeMessage(message, { timestamp: 'yesterday' }), defect: 'timestamp "yesterday"' },
  ];
  if (!unified) return broken;
  return [
    ...broken,
    {
      message: changeMessage(message, { status: 'complete' }),
      defect: 'status "complete", which is not listed',
    },
    { message: changeMessage(message, { record_count: '384' }), defect: 'text as record_count' },
    { message: changeMessage(message, { record_count: -1 }), defect: 'a negative record_count' },
    { message: changeMessage(message, { phase: 'phase_9_archive' }), defect: 'a phase that does not exist' },
    { message: { ...message, metadata: null }, defect: 'null as metadata' },
  ];
}
