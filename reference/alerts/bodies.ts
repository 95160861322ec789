import type { AlertNotice } from '../ports/ports.ts';
import type { AlertSettings } from './settings.ts';

/** One HTTP request that tells one channel of one alert. */
export interface ChannelRequest {
  readonly channel: 'webhook' | 'email';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Write the requests that an alert comes to, one per channel that is on. Pure. */
export function requestsOf(settings: AlertSettings, notice: AlertNotice): readonly ChannelRequest[] {
  const { webhook_url, email } = settings;
  return [
    ...(webhook_url === null
      ? []
      : [
          request(
            'webhook',
            webhook_url,
            {},
            { text: `*${titleOf(notice)}*\n${escapeSlack(textOf(notice))}` },
          ),
        ]),
    ...(email === null
      ? []
      : [
          request(
            'email',
            email.url,
            { authorization: `Bearer ${email.key}` },
            {
              personalizations: [{ to: email.to.map((address) => ({ email: address })) }],
              from: { email: email.from },
              subject: titleOf(notice),
              content: [{ type: 'text/plain', value: textOf(notice) }],
            },
          ),
        ]),
  ];
}

function request(
  channel: ChannelRequest['channel'],
  url: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): ChannelRequest {
  return {
    channel,
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

function titleOf({ severity, alert, game_date, run }: AlertNotice): string {
  return `[${severity}] ${alert} for ${game_date}${run === 1 ? '' : ` run ${run}`}`;
}

function textOf({ sentence, correlation_id }: AlertNotice): string {
  return correlation_id === null ? sentence : `${sentence}\ncorrelation_id: ${correlation_id}`;
}

/** Slack reads these three characters as its own. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
