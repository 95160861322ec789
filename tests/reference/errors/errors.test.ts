import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import {
  PIPELINE_ERRORS,
  PipelineError,
  type PipelineErrorCode,
} from '../../../reference/errors/pipeline-error.ts';
import { createFiles } from '../../../reference/google/firestore/files.ts';
import { callStore } from '../../../reference/google/firestore/store-call.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { publishMessage } from '../../../reference/message/publisher.ts';
import { createComponentCalls } from '../../../reference/operations/calls/component-calls.ts';
import type { HttpRequest } from '../../../reference/ports/ports.ts';
import type { Settings } from '../../../reference/ports/settings.ts';
import { readSettings } from '../../../reference/ports/settings.ts';
import { createCallerCheck } from '../../../reference/security/caller.ts';
import { createGate, guardServer } from '../../../reference/security/gate.ts';
import { createKeySource } from '../../../reference/security/keys.ts';
import { COMPONENT_LOADERS } from '../../../reference/services/components.ts';
import { envelope, push, request, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts, type MemoryPorts } from '../memory-ports.ts';
import { callerSettings, createKey, sign } from '../security/issuer.ts';

const PAGE = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const TRIGGER = EXAMPLES.find(({ name }) => name === 'level-1-after-the-fan-in')?.payload as object;

async function answerOf(
  component: string,
  asked: HttpRequest,
  prepare: (ports: MemoryPorts) => void = () => {},
  settings: Partial<Settings> = {},
) {
  const ports = createMemoryPorts();
  const create = await COMPONENT_LOADERS[component]?.();
  if (create === undefined) throw new Error(`expected a component, got ${component}`);
  const handler = createShell(create(ports, { ...SETTINGS, ...settings }), ports.log);
  prepare(ports);
  const { status, body } = await handler(asked);
  return { status, code: (body as { error?: string }).error };
}

async function answerOfGate(body_bytes_max: number, body: string) {
  const gate = createGate({ check: null, body_bytes_max, log: createMemoryPorts().log });
  const server = createServer(() => {});
  guardServer(server, gate);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body });
  const { error } = (await answer.json()) as { error: string };
  server.closeAllConnections();
  server.close();
  return { status: answer.status, code: error };
}

const codeOf = async (act: () => unknown) => {
  try {
    await act();
  } catch (error) {
    if (error instanceof PipelineError) return { status: error.status, code: error.code };
    throw error;
  }
  return undefined;
};

const KEY = createKey('key-1');
const CHECK = createCallerCheck(callerSettings(null), {
  keys: () => Promise.resolve({ [KEY.kid]: KEY.public_pem }),
});

const trigger = (changes: object = {}) => push('/process', { ...TRIGGER, ...changes });
const scrape = (body: object) => request('POST', '/scrape', body);
const held = { state: 'running', held_by: 'x', owner: 'x', lease_expires_at: '2024-01-15T12:00:00.000Z' };

/** One way to provoke each code, through the door wherever it can come through the door. */
const PROVOKE: Record<
  PipelineErrorCode,
  () => Promise<{ status: number; code: string | undefined } | undefined>
> = {
  INVALID_ENVELOPE: () => answerOf('phase4-precompute', request('POST', '/process', 'x')),
  INVALID_JSON: () => answerOf('phase4-precompute', request('POST', '/process', envelope('eHh4'))),
  INVALID_MESSAGE: () => answerOf('phase4-precompute', trigger({ game_date: 'TODAY' })),
  INVALID_REQUEST: () => answerOf('phase1-scrapers', scrape({})),
  UNKNOWN_PROCESSOR: () => answerOf('phase4-precompute', trigger({ processor_name: 'nobody' })),
  COMPONENT_UNAVAILABLE: () =>
    codeOf(() =>
      createComponentCalls({
        // Port 9 is the discard port, which nobody serves.
        find: () => Promise.resolve({ url: 'http://127.0.0.1:9', headers: {} }),
      }).call({ component: 'phase1-scrapers', method: 'POST', path: '/scrape', body: null }),
    ),
  UNKNOWN_GAME_DATE: () =>
    answerOf('phase1-scrapers', scrape({ game_date: '1999-01-01' }), undefined, { slate_replay_date: null }),
  CALLER_UNKNOWN: () => codeOf(() => CHECK(undefined)),
  CALLER_NOT_ALLOWED: () => codeOf(() => CHECK(`Bearer ${sign(KEY, { email: 'stranger@x' })}`)),
  KEYS_UNAVAILABLE: () => codeOf(() => createKeySource('http://127.0.0.1:9').keys()),
  BODY_TOO_LARGE: () => answerOfGate(1_024, 'x'.repeat(1_025)),
  NOT_FOUND: () => answerOf('phase4-precompute', request('GET', '/nowhere')),
  METHOD_NOT_ALLOWED: () => answerOf('phase4-precompute', request('GET', '/process')),
  WORK_IN_PROGRESS: () =>
    answerOf('phase4-precompute', trigger(), ({ stored }) => {
      stored.set('processor_claims/player_daily_cache.2024-01-15.r1', held);
    }),
  BROKER_UNAVAILABLE: () =>
    answerOf('phase4-precompute', trigger(), ({ faults }) => {
      faults.publish = () => 'refuse';
    }),
  STORE_UNAVAILABLE: () =>
    answerOf('phase4-precompute', trigger(), ({ faults }) => {
      faults.store = () => 'refuse';
    }),
  STORE_CONFLICT: () =>
    codeOf(() => callStore('write', 1_000, Promise.reject(Object.assign(new Error(), { code: 6 })))),
  INVALID_CONFIGURATION: () => codeOf(() => readSettings({})),
  INVALID_OUTGOING_MESSAGE: () => codeOf(() => publishMessage(createMemoryPorts(), 'nba-phase4-trigger', {})),
  INVALID_FILE: () =>
    codeOf(() =>
      createFiles({ collection: () => ({ doc: () => null }) } as never).write('x', 'x'.repeat(1_000_001)),
    ),
  UNEXPECTED: () =>
    answerOf('phase4-precompute', trigger(), ({ faults }) => {
      faults.store = () => {
        throw new TypeError('nobody has foreseen this');
      };
    }),
};

describe('every error code is provoked, answers its status and is explained', () => {
  test.each(Object.entries(PIPELINE_ERRORS))('%s', async (code, { status, retryable }) => {
    expect(await PROVOKE[code as PipelineErrorCode]()).toEqual({ status, code });
    const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${code}\` |`)) ?? '';
    const [, , shownStatus, cause, passes, next] = row.split('|').map((cell) => cell.trim());
    expect([shownStatus, passes]).toEqual([String(status), retryable ? 'yes' : 'no']);
    expect(Math.min(cause?.length ?? 0, next?.length ?? 0)).toBeGreaterThan(20);
  });

  test('no row explains a code that does not exist', () => {
    const section = PAGE.split('## What')[0] ?? '';
    const codes = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    expect(codes.sort()).toEqual(Object.keys(PIPELINE_ERRORS).sort());
  });
});

describe('what an error says', () => {
  test('the code first, then the sentence; details and cause are kept', () => {
    const cause = new Error('inner');
    const error = new PipelineError('INVALID_FILE', 'expected a file, got none', { path: 'x' }, cause);
    expect(error).toMatchObject({
      message: '[INVALID_FILE] expected a file, got none',
      details: { path: 'x' },
      cause,
      retryable: false,
    });
  });
});
