import { readFileSync } from 'node:fs';
import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { desired } from '../../../scripts/deploy/topology/desired.ts';
import { UNNAMED } from '../../../scripts/deploy/topology/place.ts';
import type { Kind, Resource } from '../../../scripts/deploy/topology/resource.ts';

/** The members of one resource, as Terraform reads them. */
export type Body = Readonly<Record<string, unknown>>;

/** The project that both are for. */
export const PLACE = { project: 'staging', number: '123456789', region: 'us-west2' };
/** The generated file. */
export const FILE = new URL('../../../generated/terraform/main.tf.json', import.meta.url);
/** The generated configuration, with what Terraform would put in. */
export const CONFIGURATION: { readonly resource: Readonly<Record<string, Readonly<Record<string, Body>>>> } =
  JSON.parse(resolved(readFileSync(FILE, 'utf8')));
/** Everything that may be asked for; what keeps messages in BigQuery is there where a variable says so. */
const WANTED = desired(TOPOLOGY, PLACE, {}, { ...UNNAMED, analytics: true });

/** Put in what Terraform would: variables, the project's number, and the names of resources that are referred to. */
function resolved(text: string): string {
  return text
    .replaceAll(/\$\{var\.project\}/g, PLACE.project)
    .replaceAll(/\$\{var\.region\}/g, PLACE.region)
    .replaceAll(/\$\{data\.google_project\.project\.number\}/g, PLACE.number)
    .replaceAll(
      /\$\{google_service_account\.([\w-]+)\.email\}/g,
      `$1@${PLACE.project}.iam.gserviceaccount.com`,
    )
    .replaceAll(/\$\{google_[a-z0-9_]+\.([\w-]+)\.(?:id|name)\}/g, '$1');
}

/** List the resources of a type. */
export function bodies(type: string): readonly Body[] {
  return Object.values(CONFIGURATION.resource[type] ?? {});
}

/** List what the deployment by gcloud wants of a kind. */
export function wanted(kind: Kind): readonly Resource[] {
  return WANTED.filter((resource) => resource.kind === kind);
}

/** Give the members of a block; none when it is not there. */
export function part(body: Body, name: string): Body {
  return (body[name] ?? {}) as Body;
}
