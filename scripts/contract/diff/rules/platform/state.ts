import { isObject, membersOf } from '../../../json.ts';
import type { Party } from '../../model/change.ts';
import type { Edit } from '../../model/edits.ts';
import { ownersOf } from '../../payloads/uses.ts';
import {
  breaks,
  byKind,
  type Contracts,
  either,
  fits,
  ordered,
  type Rule,
  rulesAbout,
  sentence,
} from '../ruling.ts';

/** What changes of the documents that outlive a process mean. */
export const STATE_RULES: readonly Rule[] = [
  ...rulesAbout(ofState, {
    'x-state.*': byKind({
      added: fits('Nobody reads the document yet.'),
      removed: breaks(
        'What is remembered there is forgotten.',
        'Stop reading and writing it first; remove it when its dates are over.',
      ),
    }),
    'x-state.*.path': breaks(
      'A new instance does not find what an old one wrote: work is done again, and triggers are sent twice or never.',
      'Read both places first, write the new one, and forget the old one when its dates are over.',
    ),
    'x-state.*.owner': ordered(
      'Another program writes the document; two that write it at once undo each other.',
      'Stop the old owner before the new one begins to write.',
    ),
    'x-state.*.ttl_field': ({ after }) =>
      after === null
        ? fits('Documents are no longer deleted by themselves.')
        : breaks(
            'Firestore deletes documents by this field, also those that are needed.',
            'Write the field for some time and look at its values; then let Firestore go by it.',
          ),
  }),
  ...rulesAbout(
    (_edit, { fresh }) =>
      membersOf(fresh['x-state']).flatMap(([name]) =>
        ofState(
          { path: ['x-state', name], kind: 'changed', before: null, after: null },
          { old: fresh, fresh },
        ),
      ),
    {
      'x-state-keys.*': (edit, contracts) =>
        edit.kind === 'added'
          ? fits('No path has the key yet.')
          : sentence('where a document lies')(edit, contracts),
    },
  ),
];

function ofState({ path }: Edit, contracts: Contracts): readonly Party[] {
  const state = either(contracts, 'x-state', path[1] ?? '');
  const owners = isObject(state) ? ownersOf(contracts.fresh, state) : [];
  return owners.flatMap((component): readonly Party[] => [
    { component, role: 'writer' },
    { component, role: 'reader' },
  ]);
}
