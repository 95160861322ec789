import type { RequirementId } from '../../../generated/requirements.ts';
import { CONTRACT } from '../../../generated/version.ts';
import { isAskedBy, SUPPORTED_VERSIONS, validateBy } from '../../contract/versions.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { History, MarkerEvent, Payload } from '../../history/events.ts';
import { claimOfComponent } from '../../targets/claims.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeRefused } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { schemaOf } from '../messages/fields.ts';
import { deliverAll, splitLast } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';
import { asSentBy, type SentMessage } from './as-sent-by.ts';

const REQUIREMENT: RequirementId = 'MSG-028';
const SENT = 'sent-by-a-version';

/** Senders of every version whose programs may be live, each on a date of its own: their messages are taken, and work is done for them. */
export function fromEveryVersion(recipe: Recipe): Check {
  return {
    name: `senders-of-every-version-to-${recipe.receiver}`,
    requirements: [REQUIREMENT],
    profile: 'message',
    ...subjectOf(recipe),
    async run(scene) {
      for (const [index, version] of SUPPORTED_VERSIONS.entries()) {
        const game_date = index === 0 ? scene.game_date : scene.anotherDate();
        const [earlier, last] = splitLast(await recipe.inputs(scene, game_date, 1));
        for (const message of earlier) {
          await deliver(scene, recipe, formsOf(scene, recipe, version, message).slice(0, 1));
        }
        await deliver(scene, recipe, formsOf(scene, recipe, version, last).toReversed());
      }
      await scene.settle();
    },
    judge: (history) => judgeVersions(history, recipe),
  };
}

/** What the receiver must take of what a version's senders write, the plainest first. */
function formsOf(scene: Scene, recipe: Recipe, version: string, message: Payload): readonly SentMessage[] {
  const name = schemaOf(recipe);
  const { receives } = claimOfComponent(scene.target, recipe.component);
  // Whether a live program survives what is new to it is the question of a run against its version.
  const is_ahead = scene.target.against !== undefined && isAskedBy(version, { since: receives });
  const takes = is_ahead ? [CONTRACT.version] : [CONTRACT.version, receives];
  return asSentBy(version, name, message, scene.random).filter(({ message: sent }) =>
    takes.every((one) => validateBy(one, name, 'receive', sent).length === 0),
  );
}

async function deliver(scene: Scene, recipe: Recipe, forms: readonly SentMessage[]): Promise<void> {
  for (const { version, message, difference } of forms) {
    const words = difference === '' ? 'as a message of today' : difference;
    scene.mark(SENT, `a sender of contract ${version} may write the next message so: ${words}`);
    await deliverAll(scene, recipe, [message]);
  }
}

function judgeVersions(history: History, recipe: Recipe): readonly Anomaly[] {
  const found = [
    ...judgeRefused(history, recipe.component, REQUIREMENT),
    ...judgeOutputs(history, recipe.component, { lost: REQUIREMENT, topics: recipe.outputs }),
  ];
  return found.map((anomaly) => {
    const mark = history.findLast(
      (event): event is MarkerEvent =>
        event.kind === 'marker' && event.name === SENT && event.sequence < (anomaly.events[0] ?? 0),
    );
    if (mark === undefined) return anomaly;
    const { sentence, sequence } = mark;
    return {
      ...anomaly,
      proof: `${anomaly.proof} ${sentence.charAt(0).toUpperCase()}${sentence.slice(1)} (#${sequence}).`,
      events: [sequence, ...anomaly.events],
    };
  });
}
