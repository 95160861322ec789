import { isList, isObject, type Json, membersOf } from '../../contract/json.ts';

/** Words that Python keeps for itself. */
const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/** Write a text as a Python string; JSON's escapes are Python's, but for halves of characters. */
export function pythonString(text: string): string {
  return JSON.stringify(text);
}

/** Write a contract value as a Python literal, one member per line. */
export function pythonValue(value: Json, depth = 0): string {
  const pad = '    '.repeat(depth + 1);
  const end = '    '.repeat(depth);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return pythonString(value);
  if (isList(value)) {
    const elements = value.map((one: Json) => `${pad}${pythonValue(one, depth + 1)},\n`);
    return elements.length === 0 ? '()' : `(\n${elements.join('')}${end})`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const members = membersOf(value).map(
    ([key, member]) => `${pad}${pythonString(key)}: ${pythonValue(member, depth + 1)},\n`,
  );
  return members.length === 0 ? '{}' : `{\n${members.join('')}${end}}`;
}

/** Write values as a Literal type; Never when there are none. */
export function literalType(values: readonly Json[]): string {
  return values.length === 0 ? 'Never' : `Literal[${values.map((value) => pythonValue(value)).join(', ')}]`;
}

/** Make a name that Python takes: other letters become `_`, and its own words get a `_` behind them. */
export function pythonName(name: string): string {
  const letters = name
    .replaceAll(/\W/g, '_')
    .replace(/^_+/, '')
    .replace(/^(?=\d|$)/, 'n');
  return KEYWORDS.has(letters) ? `${letters}_` : letters;
}

/** Write a docstring, on one line whatever the text has. */
export function docstring(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"""${line}"""\n`;
}
