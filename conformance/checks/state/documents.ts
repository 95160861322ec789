import { ORCHESTRATORS, TOPIC } from '../../../generated/topology.ts';
import { type SchemaName, validate } from '../../../generated/validation.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { DocumentEvent, History, Payload } from '../../history/events.ts';
import { deliveries, executionOf, publishes, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { processorOf } from '../owed/names.ts';
import { deliverAll, parcel, splitLast } from '../recipes/drive.ts';
import { CASCADE, FAN_IN, precomputeCompletion } from '../recipes/orchestrators.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';
import { awaitStrike } from '../subjects/faults.ts';

const DOCUMENTS = {
  'phase3-to-phase4-orchestrator': {
    collection: 'phase3_completion',
    schema: 'Phase3CompletionState',
    phase: 'phase_3_analytics',
    entry: '_trigger',
  },
  'phase4-orchestrator': {
    collection: 'phase4_completion',
    schema: 'Phase4CompletionState',
    phase: 'phase_4_precompute',
    entry: '_trigger_level_2',
  },
} as const satisfies Record<string, { collection: string; schema: SchemaName; phase: string; entry: string }>;

type Orchestrator = keyof typeof DOCUMENTS;

/** The document after each completion, the last of which comes under an alias. */
function completionDocument(recipe: Recipe): Check {
  const about = DOCUMENTS[recipe.component as Orchestrator];
  return {
    name: `completion-document-of-${recipe.receiver}`,
    requirements: ['STATE-001', 'STATE-002'],
    profile: 'state',
    ...subjectOf(recipe),
    needs: ['documents'],
    async run(scene) {
      const run = scene.target.has.runs ? 2 : 1;
      const document = `${about.collection}/${scene.game_date}${run === 1 ? '' : `.r${run}`}`;
      const [earlier, last] = splitLast(await recipe.inputs(scene, scene.game_date, run));
      await deliverAll(scene, recipe, earlier.map(classNamed));
      await scene.readDocument(document);
      await deliverAll(scene, recipe, [last]);
      await scene.settle();
      await scene.readDocument(document);
    },
    judge(history) {
      const documents = history.filter((event): event is DocumentEvent => event.kind === 'document');
      return documents.flatMap((document) => [
        ...judgeRecords(history, document, recipe.component as Orchestrator),
        ...judgeEntry(history, document, recipe.component as Orchestrator),
      ]);
    },
  };
}

/** The document while the publish of the trigger is held back: it may not say published yet. */
function unpublishedDocument(recipe: Recipe): Check {
  const about = DOCUMENTS[recipe.component as Orchestrator];
  return {
    name: `document-before-the-publish-of-${recipe.receiver}`,
    requirements: ['STATE-002'],
    profile: 'state',
    ...subjectOf(recipe),
    needs: ['documents', 'broker-faults'],
    async run(scene: Scene) {
      const [earlier, last] = splitLast(await recipe.inputs(scene, scene.game_date, 1));
      await deliverAll(scene, recipe, earlier);
      const fault = scene.fault({ on: 'publish', game_date: scene.game_date, effect: 'hold' });
      const delivering = scene.deliver(parcel(recipe, last));
      const is_held = await awaitStrike(scene, 'the publish of the trigger');
      if (is_held) await scene.readDocument(`${about.collection}/${scene.game_date}`);
      fault.lift();
      await delivering;
    },
    judge: (history) =>
      history
        .filter((event): event is DocumentEvent => event.kind === 'document')
        .flatMap((document) => judgeEntry(history, document, recipe.component as Orchestrator)),
  };
}

function judgeRecords(
  history: History,
  document: DocumentEvent,
  orchestrator: Orchestrator,
): readonly Anomaly[] {
  const about = DOCUMENTS[orchestrator];
  const wrong = (why: string): Anomaly => ({
    requirement: 'STATE-001',
    anomaly: 'wrong document',
    proof: `Document ${document.path}, read at #${document.sequence}, ${why}.`,
    events: [document.sequence],
  });
  if (document.fields === null) return [wrong('does not exist, although completions were acked before')];
  const [problem] = validate(about.schema, 'send', document.fields);
  if (problem !== undefined) {
    return [
      wrong(`breaks ${about.schema}: ${problem.field} must be ${problem.expected}, got ${problem.got}`),
    ];
  }
  const before = deliveries(history, orchestrator).filter(
    (delivery) => delivery.sequence < document.sequence,
  );
  const missing = before.filter(({ message }) => {
    const name = processorOf(about.phase, message) ?? '';
    const record = document.fields?.[name] as Payload | undefined;
    return executionOf(record ?? null) !== executionOf(message);
  });
  return missing.map(({ message, sequence }) =>
    wrong(
      `holds no record of ${text(message, 'processor_name')} under its canonical name, although delivery #${sequence} was acked`,
    ),
  );
}

function judgeEntry(
  history: History,
  document: DocumentEvent,
  orchestrator: Orchestrator,
): readonly Anomaly[] {
  const about = DOCUMENTS[orchestrator];
  const entry = document.fields?.[about.entry] as Payload | undefined;
  const confirmed = publishes(history, ORCHESTRATORS[orchestrator].triggers).find(
    (event) => event.sequence < document.sequence,
  );
  const says = entry === undefined ? undefined : text(entry, 'status');
  if (says === 'published' && confirmed === undefined) {
    return [
      {
        requirement: 'STATE-002',
        anomaly: 'early record',
        proof: `Document ${document.path}, read at #${document.sequence}, says that the trigger is published, and the broker had confirmed none. If the instance dies now, nobody sends it.`,
        events: [document.sequence],
      },
    ];
  }
  const recorded =
    confirmed === undefined ||
    (says === 'published' && text(entry ?? null, 'message_id') === confirmed.message_id);
  if (recorded) return [];
  return [
    {
      requirement: 'STATE-002',
      anomaly: 'wrong document',
      proof: `The broker confirmed the trigger (#${confirmed?.sequence}) before the delivery was acked, but document ${document.path}, read at #${document.sequence}, does not record it as published under its message id.`,
      events: [confirmed?.sequence ?? 0, document.sequence],
    },
  ];
}

/** Send under a class name; the document must have the canonical one. */
function classNamed(message: Payload): Payload {
  const pascal = text(message, 'processor_name').replace(/(^|_)([a-z])/g, (_, __, letter: string) =>
    letter.toUpperCase(),
  );
  return changeMessage(message, { processor_name: `${pascal}Processor` });
}

/** The cascade up to its last trigger: the document has an entry for each level that was triggered. */
export const LEVEL_ENTRIES: Check = {
  name: 'document-of-every-level',
  requirements: ['STATE-001'],
  profile: 'state',
  components: CASCADE.components,
  needs: ['documents'],
  async run(scene) {
    const { game_date } = scene;
    await deliverAll(scene, CASCADE, await CASCADE.inputs(scene, game_date, 1));
    await deliverAll(scene, CASCADE, [precomputeCompletion(scene, 'player_composite_factors', game_date)]);
    await scene.settle();
    await scene.readDocument(`phase4_completion/${game_date}`);
  },
  judge: (history) =>
    history
      .filter((event): event is DocumentEvent => event.kind === 'document')
      .flatMap((document) => [
        ...judgeRecords(history, document, 'phase4-orchestrator'),
        ...[2, 3].flatMap((level) => judgeLevel(history, document, level)),
      ]),
};

function judgeLevel(history: History, document: DocumentEvent, level: number): readonly Anomaly[] {
  const confirmed = publishes(history, TOPIC.phase4Trigger).find(
    ({ message }) => (message?.['metadata'] as Payload | null)?.['level'] === level,
  );
  const entry = (document.fields?.[`_trigger_level_${level}`] ?? null) as Payload | null;
  if (confirmed === undefined || text(entry, 'message_id') === confirmed.message_id) return [];
  return [
    {
      requirement: 'STATE-001',
      anomaly: 'wrong document',
      proof: `The trigger of level ${level} was published (#${confirmed.sequence}), and document ${document.path}, read at #${document.sequence}, has no _trigger_level_${level} with its message id.`,
      events: [confirmed.sequence, document.sequence],
    },
  ];
}

/** The checks of both orchestrators' documents. */
export const DOCUMENT_CHECKS: readonly Check[] = [FAN_IN, CASCADE].flatMap((recipe) => [
  completionDocument(recipe),
  unpublishedDocument(recipe),
]);
