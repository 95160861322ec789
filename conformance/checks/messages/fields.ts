import type { RequirementId } from '../../../generated/requirements.ts';
import type { MessageName } from '../../../generated/validation.ts';
import { validateBy } from '../../contract/versions.ts';
import { LEGACY_FIELDS, without } from '../../harness/messages/build.ts';
import type { History, Payload } from '../../history/events.ts';
import { claimOfComponent } from '../../targets/claims.ts';
import type { Anomaly, Check } from '../check.ts';
import { messageOfTopic } from '../identifying/topics.ts';
import { judgeDefective } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverBroken } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';
import {
  type Corruption,
  everyFieldWrong,
  everyRuleBroken,
  FIELD_REQUIREMENTS,
  RULE_REQUIREMENTS,
  requirementOf,
} from './corruptions.ts';

/** Each field of the decisive message missing, null and of another type; then the genuine message, which must work. */
export function wrongFields(recipe: Recipe): Check {
  return corruptionCheck(recipe, `wrong-fields-to-${recipe.receiver}`, FIELD_REQUIREMENTS, everyFieldWrong);
}

/** Each rule of the unified message broken once; then the genuine message, which must work. */
export function brokenRules(recipe: Recipe): Check {
  const demanding = recipe.receiver !== 'phase2-raw';
  return corruptionCheck(
    recipe,
    `broken-rules-to-${recipe.receiver}`,
    // Nothing but a run number is asked of a scraper's metadata.
    demanding ? [...RULE_REQUIREMENTS, 'MSG-025'] : RULE_REQUIREMENTS,
    everyRuleBroken,
  );
}

function corruptionCheck(
  recipe: Recipe,
  name: string,
  requirements: readonly RequirementId[],
  corrupt: (schema: MessageName, message: Payload) => readonly Corruption[],
): Check {
  return {
    name,
    requirements: [...requirements, 'ACK-010'],
    profile: 'message',
    ...subjectOf(recipe),
    run: (scene) => {
      const { receives } = claimOfComponent(scene.target, recipe.component);
      const name = schemaOf(recipe);
      return deliverBroken(scene, recipe, (last) =>
        corrupt(name, without(last, LEGACY_FIELDS)).filter(
          // What an older version took, a receiver of that version may take.
          ({ message }) => validateBy(receives, name, 'receive', message).length > 0,
        ),
      );
    },
    judge: (history) => judgeCorruptions(history, recipe),
  };
}

function judgeCorruptions(history: History, recipe: Recipe): readonly Anomaly[] {
  return [
    ...judgeDefective(history, recipe.component, { nack: requirementOf }),
    ...judgeOutputs(history, recipe.component, { lost: 'ACK-010', topics: recipe.outputs }),
  ];
}

/** Name the message that a receiver gets. */
export function schemaOf(recipe: Recipe): MessageName {
  const schema = messageOfTopic(recipe.topic);
  if (schema === undefined) throw new Error(`the contract gives no message to ${recipe.topic}`);
  return schema;
}
