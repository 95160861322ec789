import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAlerts } from '../../../reference/alerts/alerts.ts';
import { readAlertSettings } from '../../../reference/alerts/settings.ts';
import type { AlertNotice } from '../../../reference/ports/ports.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const PATIENCE = { attempts_max: 3, timeout_ms: 20_000, backoff_ms: 1 };

/** For a receiver that never answers; long enough for it to have read each request. */
const SHORT_PATIENCE = { ...PATIENCE, timeout_ms: 1000 };

const NOTICE: AlertNotice = {
  severity: 'critical',
  alert: 'low_coverage',
  sentence: 'expected predictions for at least 90 % of 229 players, got <80 %; POST /retry asks for the rest',
  game_date: '2024-01-15',
  run: 1,
  correlation_id: 'c-1',
  fields: { coverage_percent: 80 },
};

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

let server: Server;
let received: Received[];
/** What the receiver answers to the nth request, from 1; null never answers. */
let answers: (nth: number) => number | null;

beforeEach(async () => {
  received = [];
  answers = () => 200;
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({
      path: request.url,
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
    });
    const status = answers(received.length);
    if (status !== null)
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('the key is k-secret');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function environment(): Record<string, string> {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ALERT_WEBHOOK_URL: `${base}/services/T-secret`,
    ALERT_EMAIL_URL: `${base}/v3/mail/send`,
    ALERT_EMAIL_KEY: 'k-secret',
    ALERT_EMAIL_FROM: 'pipeline@example.com',
    ALERT_EMAIL_TO: 'one@example.com, two@example.com',
  };
}

function alertsOf(names = Object.keys(environment()), patience = PATIENCE) {
  const chosen = Object.fromEntries(Object.entries(environment()).filter(([name]) => names.includes(name)));
  const ports = createMemoryPorts();
  return { alerts: createAlerts(readAlertSettings(chosen), ports.log, patience), lines: ports.lines };
}

describe('an alert', () => {
  test('reaches the webhook in the form of Slack, and the mail API in the form of SendGrid', async () => {
    const { alerts, lines } = alertsOf();
    alerts.send(NOTICE);
    await alerts.settled();
    const text =
      'expected predictions for at least 90 % of 229 players, got <80 %; POST /retry asks for the rest\ncorrelation_id: c-1';
    const byPath = [...received].sort((a, b) => String(a.path).localeCompare(String(b.path)));
    expect(byPath.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: '/services/T-secret',
        body: { text: `*[critical] low_coverage for 2024-01-15*\n${text.replace('<', '&lt;')}` },
      },
      {
        path: '/v3/mail/send',
        body: {
          personalizations: [{ to: [{ email: 'one@example.com' }, { email: 'two@example.com' }] }],
          from: { email: 'pipeline@example.com' },
          subject: '[critical] low_coverage for 2024-01-15',
          content: [{ type: 'text/plain', value: text }],
        },
      },
    ]);
    expect(byPath.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer k-secret']);
    expect(lines).toEqual([]);
  });

  test('is told once per name, game_date and run', async () => {
    const { alerts } = alertsOf(['ALERT_WEBHOOK_URL']);
    for (const notice of [
      NOTICE,
      NOTICE,
      { ...NOTICE, run: 2 },
      { ...NOTICE, game_date: '2024-01-16' },
      { ...NOTICE, alert: 'player_gap' },
    ]) {
      alerts.send(notice);
    }
    await alerts.settled();
    alerts.send(NOTICE);
    await alerts.settled();
    expect(received).toHaveLength(4);
  });

  test('goes nowhere when no channel is set', async () => {
    const { alerts, lines } = alertsOf([]);
    alerts.send(NOTICE);
    await alerts.settled();
    expect([received, lines]).toEqual([[], []]);
  });
});

describe('a channel that fails', () => {
  test.each([
    ['answers 500', 500, 'status 500 in attempt 3', 3],
    ['answers 429', 429, 'status 429 in attempt 3', 3],
    ['never answers', null, 'no answer within 1000 ms in attempt 3', 3],
    ['refuses what it is sent', 403, 'status 403 in attempt 1', 1],
    ['leads elsewhere', 302, 'status 302 in attempt 1', 1],
  ])('is tried within bounds and logged once when it %s', async (_name, status, says, attempts) => {
    answers = () => status;
    const patience = status === null ? SHORT_PATIENCE : PATIENCE;
    const { alerts, lines } = alertsOf(['ALERT_WEBHOOK_URL'], patience);
    alerts.send(NOTICE);
    await alerts.settled();
    expect(received).toHaveLength(attempts);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.sentence).toBe(
      `expected the webhook to take alert low_coverage, got ${says}; check its settings`,
    );
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('is told after all when it comes back between two attempts', async () => {
    answers = (nth) => (nth === 1 ? 503 : 200);
    const { alerts, lines } = alertsOf(['ALERT_WEBHOOK_URL']);
    alerts.send(NOTICE);
    await alerts.settled();
    expect([received.length, lines.length]).toEqual([2, 0]);
  });

  test('is told by the next repeat when nobody took the first', async () => {
    answers = (nth) => (nth <= 3 ? 503 : 200);
    const { alerts } = alertsOf(['ALERT_WEBHOOK_URL']);
    alerts.send(NOTICE);
    await alerts.settled();
    alerts.send(NOTICE);
    await alerts.settled();
    expect(received).toHaveLength(4);
  });

  test('that is not there delays nothing and does not keep the other from being told', async () => {
    const settings = readAlertSettings({ ...environment(), ALERT_WEBHOOK_URL: 'http://127.0.0.1:1/' });
    const ports = createMemoryPorts();
    const alerts = createAlerts(settings, ports.log, PATIENCE);
    expect(alerts.send(NOTICE)).toBeUndefined();
    await alerts.settled();
    expect(received.map(({ path }) => path)).toEqual(['/v3/mail/send']);
    expect(ports.lines.map(({ sentence }) => sentence)).toEqual([
      'expected the webhook to take alert low_coverage, got no connection in attempt 3; check its settings',
    ]);
  });
});

describe('the settings of alerts', () => {
  test.each([
    [
      'an address that is none',
      { ALERT_WEBHOOK_URL: 'hooks-secret' },
      'ALERT_WEBHOOK_URL must be an address',
    ],
    ['e-mail without an addressee', { ALERT_EMAIL_KEY: 'k-secret' }, 'got ALERT_EMAIL_KEY only'],
  ])('are refused for %s, without repeating a secret', (_name, variables, says) => {
    let message = '';
    try {
      readAlertSettings(variables);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(says);
    expect(message).not.toContain('secret');
  });
});
