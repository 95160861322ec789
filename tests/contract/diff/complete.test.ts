import { describe, expect, test } from 'vitest';
import { editsOf, sameJson, withEdits } from '../../../scripts/contract/diff/model/edits.ts';
import { groupsOf, isPayloadEdit } from '../../../scripts/contract/diff/payloads/groups.ts';
import { ruledChanges } from '../../../scripts/contract/diff/rules/judge.ts';
import { isList, isObject, type Json, type JsonObject } from '../../../scripts/contract/json.ts';
import { realContract } from '../edited-contract.ts';

type Path = readonly (string | number)[];

const DOCUMENT = realContract().document;
const NODES = nodesOf([], DOCUMENT);

describe('every difference between two contracts is a change with a verdict', () => {
  test.each([
    ['changed', changed],
    ['removed', removed],
    ['with a key that nobody knows', extended],
  ])('each node of the contract, %s', (_name, mutate) => {
    const silent: string[] = [];
    let tried = 0;
    for (const path of NODES) {
      const fresh = mutate(path);
      if (fresh === undefined || sameJson(fresh, DOCUMENT)) continue;
      tried += 1;
      const edits = editsOf(DOCUMENT, fresh);
      const told =
        groupsOf(edits).length +
        edits.filter((edit) => !isPayloadEdit(edit)).flatMap((edit) => ruledChanges(edit, DOCUMENT, fresh))
          .length;
      if (told === 0) silent.push(path.join('.'));
    }
    expect(tried).toBeGreaterThan(1000);
    expect(silent).toEqual([]);
  });

  test('a rule knows each value of the contract that is no part of a schema', () => {
    const unknown = NODES.flatMap((path) => {
      const fresh = changed(path);
      if (fresh === undefined) return [];
      const edits = editsOf(DOCUMENT, fresh).filter((edit) => !isPayloadEdit(edit));
      return edits.flatMap((edit) =>
        ruledChanges(edit, DOCUMENT, fresh).flatMap(({ known, place }) => (known ? [] : [place])),
      );
    });
    expect(unknown).toEqual([]);
  });

  test('a key that no rule knows is breaking and needs a look', () => {
    for (const path of [
      [],
      ['channels', 'phase4Trigger'],
      ['x-subscriptions', 'nba-phase4-trigger-sub'],
      ['x-deployment'],
      ['x-delivery'],
    ]) {
      const fresh = edited(path, (value) => (isObject(value) ? { ...value, a_key_of_nobody: 1 } : value));
      const [edit] = editsOf(DOCUMENT, fresh);
      if (edit === undefined) throw new Error('expected an edit, got none');
      expect(ruledChanges(edit, DOCUMENT, fresh)).toMatchObject([{ verdict: 'breaking', known: false }]);
    }
  });

  test('the edits of a schema made in the old contract give the new one', () => {
    for (const path of NODES.filter(([first, second]) => first === 'components' && second === 'schemas')) {
      const fresh = removed(path);
      if (fresh === undefined) continue;
      const again = withEdits(DOCUMENT, editsOf(DOCUMENT, fresh));
      expect(
        editsOf(again, fresh).filter((edit) => edit.kind !== 'reordered'),
        path.join('.'),
      ).toEqual([]);
    }
  });
});

function nodesOf(path: Path, value: Json): readonly Path[] {
  const below = isList(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return [path, ...below.flatMap(([key, member]) => nodesOf([...path, key], member))];
}

/** Edit the value at a path in a copy; undefined from the edit takes it away. */
function edited(path: Path, edit: (value: Json) => Json | undefined, here: Json = DOCUMENT): JsonObject {
  const result = at(path, edit, here);
  return isObject(result) ? result : {};
}

function at(path: Path, edit: (value: Json) => Json | undefined, here: Json): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return edit(here);
  if (isList(here))
    return here.flatMap((member, index) => (index === step ? (at(rest, edit, member) ?? []) : [member]));
  if (!isObject(here)) return here;
  return Object.fromEntries(
    Object.entries(here).flatMap(([key, member]) => {
      const next = key === step ? at(rest, edit, member) : member;
      return next === undefined ? [] : [[key, next]];
    }),
  );
}

function changed(path: Path): JsonObject | undefined {
  if (path.length === 0) return undefined;
  let is_leaf = false;
  const fresh = edited(path, (value) => {
    is_leaf = !isObject(value) && !isList(value);
    if (typeof value === 'number') return value + 1;
    if (typeof value === 'boolean') return !value;
    return typeof value === 'string' ? `${value}z` : 'z';
  });
  return is_leaf ? fresh : undefined;
}

function removed(path: Path): JsonObject | undefined {
  return path.length === 0 ? undefined : edited(path, () => undefined);
}

function extended(path: Path): JsonObject | undefined {
  return edited(path, (value) => (isObject(value) ? { ...value, 'x-of-nobody': 1 } : value));
}
