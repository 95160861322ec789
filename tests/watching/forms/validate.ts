import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type FormName, RULES } from './rules.ts';

const ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true });
const compiled = new Map<FormName, readonly ValidateFunction[]>();

/**
 * Ask a value for what is wrong with it as a dashboard, alert policy or log-based metric.
 *
 * @returns a line per problem, `/conditions/0: must have required property 'displayName'`.
 */
export function problemsOf(form: FormName, value: unknown): readonly string[] {
  const asked = compiled.get(form) ?? [ajv.compile(fieldsOf(form)), ajv.compile(RULES[form])];
  compiled.set(form, asked);
  const problems = asked.flatMap((validate) => (validate(value) ? [] : (validate.errors ?? []))).map(inWords);
  return problems.length > 0 ? problems : overlaps(form, value);
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  return [`${instancePath}: ${message}`, ...Object.values(params).map(String)].join(' ');
}

/** Read the schema of a form. */
export function fieldsOf(form: FormName): { readonly definitions: Readonly<Record<string, object>> } {
  return JSON.parse(readFileSync(new URL(`${form}.schema.json`, import.meta.url), 'utf8'));
}

interface Tile {
  readonly xPos?: number;
  readonly yPos?: number;
  readonly width: number;
  readonly height: number;
}

/** Tiles may neither reach out of the dashboard nor lie on each other; no schema can say so. */
function overlaps(form: FormName, value: unknown): readonly string[] {
  const layout = (
    value as { readonly mosaicLayout?: { readonly columns: number; readonly tiles: readonly Tile[] } }
  ).mosaicLayout;
  if (form !== 'dashboard' || layout === undefined) return [];
  const { columns, tiles } = layout;
  return tiles.flatMap((tile, index) => [
    ...((tile.xPos ?? 0) + tile.width > columns
      ? [`/mosaicLayout/tiles/${index}: reaches out of the dashboard`]
      : []),
    ...(tiles.slice(0, index).some((other) => meet(tile, other))
      ? [`/mosaicLayout/tiles/${index}: lies on another tile`]
      : []),
  ]);
}

function meet(one: Tile, other: Tile): boolean {
  const between = (start: number, length: number, from: number, size: number): boolean =>
    start < from + size && from < start + length;
  return (
    between(one.xPos ?? 0, one.width, other.xPos ?? 0, other.width) &&
    between(one.yPos ?? 0, one.height, other.yPos ?? 0, other.height)
  );
}
