import type { Json } from '../../contract/json.ts';

/** Write a contract value as a TypeScript literal, one member per line. */
export function literal(value: Json): string {
  return JSON.stringify(value, null, 2);
}

/** Write names as a union of string types; `never` when there are none. */
export function unionOf(names: readonly string[]): string {
  return names.length === 0 ? 'never' : names.map((name) => `\n  | ${JSON.stringify(name)}`).join('');
}

/** Turn `x-trigger-identity` into `TRIGGER_IDENTITY`. */
export function constantName(section: string): string {
  return section.replace(/^x-/, '').replaceAll('-', '_').toUpperCase();
}

/** Write `export const NAME = ... as const;` under a docstring. */
export function constant(name: string, doc: string, value: Json): string {
  return `/** ${doc.trim().replaceAll('*/', '*\\/').replaceAll(/\s+/g, ' ')} */\nexport const ${name} = ${literal(value)} as const;\n`;
}
