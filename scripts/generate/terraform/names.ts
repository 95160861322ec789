import type { Cloud } from '../cloud.ts';

/** Project, number and region as Terraform knows them. */
export const PROJECT = $('var.project');
/** The project's number, which addresses and service agents carry. */
const NUMBER = $('data.google_project.project.number');
/** Where everything runs. */
export const REGION = $('var.region');
/** Pub/Sub's own identity in the project: it moves messages to dead-letter topics and signs pushes. */
export const PUBSUB_AGENT = `serviceAccount:service-${NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com`;

/** What every grant to Pub/Sub's own identity waits for: enabling the API does not make it. */
export const AGENT_IS_MADE = 'google_project_service_identity.pubsub';

/** Write a reference as Terraform's JSON wants it. */
export function $(reference: string): string {
  return `\${${reference}}`;
}

/** Give the address of a component, known before it is deployed; it is the audience of every token sent to it. */
export function addressOf(component: string): string {
  return `https://${component}-${NUMBER}.${REGION}.run.app`;
}

/** Refer to the e-mail address of a service account of this configuration. */
export function emailOf(account: string): string {
  return $(`google_service_account.${account}.email`);
}

/** Refer to a service account as a member of a policy. */
export function memberOf(account: string): string {
  return `serviceAccount:${emailOf(account)}`;
}

/** Name the Terraform resource of a component, `google_cloud_run_v2_service.phase2-raw` for a service. */
export function componentAddress(component: string, cloud: Cloud): string {
  return `${isFunction(component, cloud) ? 'google_cloudfunctions2_function' : 'google_cloud_run_v2_service'}.${component}`;
}

/** Tell whether a component is a Cloud Function; the others are Cloud Run services. */
export function isFunction(component: string, { components }: Cloud): boolean {
  return components[component]?.runs_as === 'function';
}
