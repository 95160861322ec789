import { PipelineError } from '../errors/pipeline-error.ts';

/** Where alerts go; null channels are off. Addresses and keys are secrets and never logged. */
export interface AlertSettings {
  /** ALERT_WEBHOOK_URL: an incoming webhook in Slack's form. */
  readonly webhook_url: string | null;
  /** ALERT_EMAIL_KEY, _FROM, _TO (several with commas), _URL: an HTTP mail API in the form of SendGrid v3. */
  readonly email: {
    readonly url: string;
    readonly key: string;
    readonly from: string;
    readonly to: readonly string[];
  } | null;
}

const SENDGRID = 'https://api.sendgrid.com/v3/mail/send';

/**
 * Read where alerts go from the environment. Nothing set means that alerts are log lines only.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION for an address that is none, or e-mail that is half set.
 */
export function readAlertSettings(environment: Readonly<Record<string, string | undefined>>): AlertSettings {
  const webhook_url = environment['ALERT_WEBHOOK_URL'] || null;
  if (webhook_url !== null) requireUrl('ALERT_WEBHOOK_URL', webhook_url);
  const names = ['ALERT_EMAIL_KEY', 'ALERT_EMAIL_FROM', 'ALERT_EMAIL_TO'] as const;
  const [key, from, to] = names.map((name) => environment[name] || null);
  if (key == null && from == null && to == null) return { webhook_url, email: null };
  if (key == null || from == null || to == null) {
    throw new PipelineError(
      'INVALID_CONFIGURATION',
      `expected ${names.join(', ')} together, got ${names.filter((name) => environment[name]).join(', ')} only; set all three or none`,
    );
  }
  const url = environment['ALERT_EMAIL_URL'] || SENDGRID;
  requireUrl('ALERT_EMAIL_URL', url);
  return { webhook_url, email: { url, key, from, to: to.split(',').map((address) => address.trim()) } };
}

function requireUrl(name: string, text: string): void {
  if (URL.canParse(text) && /^https?:/.test(text)) return;
  // The value may be a secret with a slip in it, so the message does not repeat it.
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `${name} must be an address that begins with https://, and is not; correct it and start again`,
    { variable: name },
  );
}
