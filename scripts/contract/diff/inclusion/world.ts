import type { Schemas } from '../../../schemas/flatten.ts';
import { type Direction, variantOf } from '../../../schemas/variants.ts';
import type { JsonObject } from '../../json.ts';

/** The schemas of one contract as one side reads them: what a sender must write, or what a receiver takes. */
export interface World {
  readonly schemas: Schemas;
  readonly direction: Direction;
  /** Give a schema by its name or by a reference to it; undefined when there is none. */
  readonly named: (reference: string) => JsonObject | undefined;
}

/** Read the schemas of a contract as one side does. */
export function worldOf(schemas: Schemas, direction: Direction): World {
  const known = new Map<string, JsonObject>();
  return {
    schemas,
    direction,
    named: (reference) => {
      const name = reference.replace(`${direction}.`, '').replace('#/components/schemas/', '');
      if (schemas[name] === undefined) return undefined;
      const found = known.get(name) ?? variantOf(schemas, name, direction);
      known.set(name, found);
      return found;
    },
  };
}

/** List the names of a schema and of every other that it is made of. */
export function schemasReached(schemas: Schemas, name: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (one: string): void => {
    if (reached.has(one) || schemas[one] === undefined) return;
    reached.add(one);
    for (const [, target = ''] of JSON.stringify(schemas[one]).matchAll(
      /"\$ref":"#\/components\/schemas\/([^"]+)"/g,
    )) {
      visit(target);
    }
  };
  visit(name);
  return reached;
}
