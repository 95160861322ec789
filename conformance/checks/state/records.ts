import { changeMessage } from '../../harness/messages/build.ts';
import type { DocumentEvent, History, Payload } from '../../history/events.ts';
import { deliveries, executionOf, runOf, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { processorOf, skips } from '../owed/names.ts';
import { deliverAll } from '../recipes/drive.ts';
import { CASCADE, FAILED, FAN_IN, NO_DATA } from '../recipes/orchestrators.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';

/** Two runs of a date: one failed, one found nothing, one said to be silent; each run's document is read. */
function runDocuments(recipe: Recipe, collection: string): Check {
  return {
    name: `documents-of-two-runs-of-${recipe.receiver}`,
    is_silent: true,
    requirements: ['STATE-003', 'STATE-004', 'STATE-005'],
    uses: ['runs'],
    profile: 'state',
    ...subjectOf(recipe),
    needs: ['documents'],
    async run(scene) {
      for (const run of [1, 2]) {
        const [first = {}, second = {}, third = {}] = await recipe.inputs(scene, scene.game_date, run);
        await deliverAll(scene, recipe, [
          changeMessage(first, FAILED),
          changeMessage(second, NO_DATA),
          changeMessage(third, { skip_downstream_trigger: true }),
        ]);
      }
      await scene.settle();
      await scene.readDocument(`${collection}/${scene.game_date}`);
      await scene.readDocument(`${collection}/${scene.game_date}.r2`);
    },
    judge: (history) =>
      history
        .filter((event): event is DocumentEvent => event.kind === 'document')
        .flatMap((document) => judgeDocument(history, document, recipe)),
  };
}

/** The checks of both orchestrators' documents of two runs. */
export const RUN_DOCUMENTS: readonly Check[] = [
  runDocuments(FAN_IN, 'phase3_completion'),
  runDocuments(CASCADE, 'phase4_completion'),
];

function judgeDocument(history: History, document: DocumentEvent, recipe: Recipe): readonly Anomaly[] {
  const run = document.path.endsWith('.r2') ? 2 : 1;
  const phase = recipe === FAN_IN ? 'phase_3_analytics' : 'phase_4_precompute';
  const delivered = deliveries(history, recipe.component).filter(
    ({ sequence, message }) => sequence < document.sequence && message !== null,
  );
  return delivered.flatMap(({ message, sequence }): readonly Anomaly[] => {
    const name = processorOf(phase, message) ?? '';
    const record = (document.fields?.[name] ?? null) as Payload | null;
    const holds = executionOf(record) === executionOf(message);
    const found = (requirement: Anomaly['requirement'], what: string): readonly Anomaly[] => [
      {
        requirement,
        anomaly: 'wrong document',
        proof: `Document ${document.path}, read at #${document.sequence}, ${what} (delivery #${sequence}).`,
        events: [sequence, document.sequence],
      },
    ];
    if (skips(message))
      return holds ? found('STATE-005', `records ${name}, which was told not to count`) : [];
    if (runOf(message) !== run)
      return holds ? found('STATE-003', `holds ${name} of run ${runOf(message)}`) : [];
    if (!holds) return found('STATE-003', `does not hold ${name} of run ${run}, which was acked`);
    const same =
      text(record, 'status') === text(message, 'status') &&
      text(record, 'correlation_id') === text(message, 'correlation_id');
    const said = `records ${name} with status "${text(record, 'status')}" and correlation_id "${text(record, 'correlation_id')}" instead of "${text(message, 'status')}" and "${text(message, 'correlation_id')}"`;
    return same ? [] : found('STATE-004', said);
  });
}
