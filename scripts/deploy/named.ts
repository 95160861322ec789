import { RefusedError } from './execution/errors.ts';
import { ALERT_VARIABLES, type Named } from './topology/place.ts';

/** The options in which whoever deploys names what the contract does not hold. */
export interface NamedOptions {
  /** Ids or full names of notification channels, with commas between them. */
  readonly notificationChannels?: string;
  /** `VARIABLE=SECRET[:VERSION]`, with commas between them. */
  readonly alertSecrets?: string;
  /** Keep every message in BigQuery. */
  readonly analytics?: boolean;
}

/** Read what is named. @throws {RefusedError} for a variable or a form that is not known. */
export function readNamed({ notificationChannels, alertSecrets, analytics = false }: NamedOptions): Named {
  return {
    analytics,
    channels: partsOf(notificationChannels)?.map((id) => id.split('/').at(-1) ?? id) ?? null,
    alert_secrets:
      alertSecrets === undefined ? null : Object.fromEntries(partsOf(alertSecrets)?.map(readSecret) ?? []),
  };
}

function partsOf(list: string | undefined): readonly string[] | undefined {
  return list?.split(',').filter((part) => part !== '');
}

function readSecret(pair: string): readonly [string, string] {
  const [, variable = '', secret, version = 'latest'] =
    /^([A-Z_]+)=([A-Za-z0-9_-]+)(?::(latest|[1-9]\d*))?$/.exec(pair) ?? [];
  if (secret !== undefined && ALERT_VARIABLES.includes(variable)) return [variable, `${secret}:${version}`];
  throw new RefusedError(
    `expected VARIABLE=SECRET or VARIABLE=SECRET:VERSION with one of ${ALERT_VARIABLES.join(', ')} in --alert-secrets, got ${pair}`,
  );
}
