import { at, textAt } from '../reading/shapes.ts';
import { type Gcloud, readJson } from './run.ts';

/** The login of gcloud, and where it finds the APIs: what gcloud has no command for is asked with these. */
export interface Access {
  readonly token: string;
  /** The address of an API that the configuration of gcloud names instead of Google's own; null for Google's own. */
  readonly overridden: (api: string) => string | null;
}

/** Ask gcloud for a token and its endpoints. @throws {GcloudError} when nobody is logged in. */
export async function readAccess(gcloud: Gcloud): Promise<Access> {
  const helped = await readJson(gcloud, ['config', 'config-helper']);
  const properties = at(helped, 'configuration', 'properties');
  return {
    token: textAt(helped, 'credential', 'access_token') ?? '',
    overridden: (api) => textAt(properties, 'api_endpoint_overrides', api),
  };
}
