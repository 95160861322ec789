import { isList, isObject, type Json, type JsonObject, membersOf } from '../../contract/json.ts';
import { docstring, pythonName, pythonValue } from './print.ts';

/** A class of Python that describes the members of an object, by its name. */
type Classes = Map<string, string>;

/**
 * Write the topics and each section of the contract as a constant with a type that is read off its values: an object of
 * objects is a mapping, any other object a TypedDict.
 *
 * @param data  sections by their names in snake case, without those about the judge.
 * @param docs  a sentence per section.
 */
export function contractModule(data: JsonObject, docs: Readonly<Record<string, string>>): string {
  const classes: Classes = new Map();
  const constants = membersOf(data)
    .filter(([name]) => !name.startsWith('$'))
    .map(([name, value]) => {
      const doc = docs[`x-${name.replaceAll('_', '-')}`] ?? `The section ${name} of the contract.`;
      const type = typeOf([value], pascal(name), classes);
      return `${name.toUpperCase()}: Final[${type}] = ${pythonValue(value)}\n${docstring(doc)}`;
    });
  return [
    docstring(
      'What the contract says of the pipeline: topics, subscriptions, thresholds, schedules and the rest.',
    ),
    'from collections.abc import Mapping, Sequence',
    'from typing import Any, Final, NotRequired, TypedDict\n',
    ...classes.values(),
    ...constants,
  ].join('\n');
}

function typeOf(samples: readonly Json[], name: string, classes: Classes): string {
  const objects = samples.filter(isObject);
  const elements = samples.filter(isList).flatMap((list) => [...list]);
  const types = new Set(samples.filter((one) => !isObject(one)).map(scalarType));
  if (samples.some(isList))
    types.add(`Sequence[${elements.length === 0 ? 'Any' : typeOf(elements, name, classes)}]`);
  if (objects.length > 0) types.add(objectType(objects, name, classes));
  types.delete('');
  // `None` stands last, and int is a float to Python.
  if (types.has('float')) types.delete('int');
  return [...types].sort((one, other) => Number(one === 'None') - Number(other === 'None')).join(' | ');
}

function scalarType(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return typeof value === 'string' ? 'str' : '';
}

function objectType(objects: readonly JsonObject[], name: string, classes: Classes): string {
  const values = objects.flatMap((one) => membersOf(one).map(([, member]) => member));
  if (values.length === 0) return 'Mapping[str, Any]';
  if (values.every(isObject)) return `Mapping[str, ${typeOf(values, singular(name), classes)}]`;
  const keys = [...new Set(objects.flatMap((one) => membersOf(one).map(([key]) => key)))];
  const fields = keys.map((key) => {
    const present = objects.flatMap((one) => (one[key] === undefined ? [] : [one[key]]));
    const type = typeOf(present, `${name}${pascal(key)}`, classes);
    return [key, present.length === objects.length ? type : `NotRequired[${type}]`] as const;
  });
  const title = unusedName(name, classes);
  // The other form takes only keys that are names; this one takes all.
  const members = fields.map(([key, type]) => `    ${JSON.stringify(key)}: ${type},\n`);
  classes.set(title, `${title} = TypedDict(${JSON.stringify(title)}, {\n${members.join('')}})\n`);
  return title;
}

function unusedName(name: string, classes: Classes): string {
  let title = name;
  for (let count = 2; classes.has(title); count += 1) title = `${name}${count}`;
  return title;
}

function pascal(name: string): string {
  return pythonName(name).replaceAll(/(^|_+)(\w)/g, (_all, _gap, letter: string) => letter.toUpperCase());
}

function singular(name: string): string {
  return name.endsWith('s') && !name.endsWith('ss')
    ? name.replace(/(ie)?s$/, (end) => (end === 'ies' ? 'y' : ''))
    : `${name}Entry`;
}
