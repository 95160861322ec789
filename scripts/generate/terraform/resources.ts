import type { JsonObject } from '../../contract/json.ts';

/** One resource of a Terraform configuration: its type, its name there, and its arguments. */
export interface TerraformResource {
  readonly type: string;
  readonly name: string;
  readonly body: JsonObject;
}

/** Describe one resource. */
export function resource(type: string, name: string, body: JsonObject): TerraformResource {
  return { type, name, body };
}

/** Arrange resources as Terraform's JSON wants them: by type, then by name. Two of one name are a fault of the generator. */
export function arrange(resources: readonly TerraformResource[]): JsonObject {
  const types: Record<string, Record<string, JsonObject>> = {};
  for (const { type, name, body } of resources) {
    const members = types[type] ?? {};
    if (name in members) throw new Error(`expected one ${type}.${name}, got two; name them apart`);
    members[name] = body;
    types[type] = members;
  }
  return types;
}

/** Make a name that Terraform takes from any text: letters, digits, `-` and `_`. */
export function terraformName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_-]+/g, '-');
}

/** Write text of the contract so that Terraform takes it letter by letter: `${` and `%{` would begin an expression. */
export function asLiteral(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => `${sign}${sign}`);
}
