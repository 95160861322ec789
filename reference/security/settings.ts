import { PipelineError } from '../errors/pipeline-error.ts';

/** Whose requests a component takes. */
export interface CallerSettings {
  /** PUSH_AUDIENCE: the address for which a token must have been made, the component's own. */
  readonly audience: string;
  /** PUSH_SERVICE_ACCOUNTS: e-mail addresses of the accounts that may call, separated by spaces. */
  readonly service_accounts: readonly string[];
  /**
   * PUSH_SIGNATURE: `verify` checks every signature here. `platform` also takes a token whose signature Cloud Run has
   * checked and removed, which it does where it demands authentication; it is safe only there.
   */
  readonly signature: 'verify' | 'platform';
  /** PUSH_KEYS_URL: where the keys are; null is Google. Refused on Cloud Run. */
  readonly keys_url: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Read whose requests a component takes. PUSH_AUTH is `on` or `off`; without it, it is on where K_SERVICE is set.
 *
 * @returns null when everybody may call, which is refused on Cloud Run.
 * @throws {PipelineError} INVALID_CONFIGURATION naming the variable, what it must be and what it is.
 */
export function readCallerSettings(environment: Environment): CallerSettings | null {
  const deployed = environment['K_SERVICE'] !== undefined;
  const wanted = oneOf(environment, 'PUSH_AUTH', ['on', 'off'] as const) ?? (deployed ? 'on' : 'off');
  if (wanted === 'off') {
    if (deployed) throw refusal('PUSH_AUTH', 'on or not set on Cloud Run', 'off');
    return null;
  }
  const audience = environment['PUSH_AUDIENCE']?.trim() ?? '';
  if (audience === '') throw refusal('PUSH_AUDIENCE', 'the address of this component', audience);
  const keys_url = environment['PUSH_KEYS_URL'] || null;
  if (deployed && keys_url !== null) throw refusal('PUSH_KEYS_URL', 'left out on Cloud Run', keys_url);
  return {
    audience,
    service_accounts: accounts(environment['PUSH_SERVICE_ACCOUNTS']),
    signature: oneOf(environment, 'PUSH_SIGNATURE', ['verify', 'platform'] as const) ?? 'verify',
    keys_url,
  };
}

function accounts(text = ''): readonly string[] {
  const listed = text.split(/\s+/).filter((account) => account !== '');
  // A comma would make one account that nobody has, and every delivery would be refused.
  if (listed.length > 0 && listed.every((account) => /^[^\s,@]+@[^\s,@]+$/.test(account))) return listed;
  throw refusal('PUSH_SERVICE_ACCOUNTS', 'one or more e-mail addresses, separated by spaces', text);
}

function oneOf<Choice extends string>(
  environment: Environment,
  variable: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = environment[variable];
  if (text === undefined || text === '') return undefined;
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) throw refusal(variable, choices.join(' or '), text);
  return chosen;
}

function refusal(variable: string, expected: string, value: string): PipelineError {
  const got = value === '' ? 'nothing' : `"${value}"`;
  return new PipelineError(
    'INVALID_CONFIGURATION',
    `${variable} must be ${expected}, got ${got}; correct it and start again`,
    { variable, value },
  );
}
