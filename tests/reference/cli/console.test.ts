import { afterEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../../reference/cli/main.ts';
import { openConsole } from '../../../reference/cli/operate/console.ts';
import type { Place } from '../../../reference/cli/operate/place.ts';
import { SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Opens the console on a project, and reads what its page is told at the start. */
async function openOnProject(allowActions: boolean) {
  vi.stubEnv('PUBSUB_EMULATOR_HOST', undefined);
  const place = {
    ports: createMemoryPorts(),
    settings: SETTINGS,
    letters: { peek: async () => [], take: async () => undefined, publish: async () => 'm-1' },
    calls: { call: async () => ({ status: 202, body: {} }) },
  } as unknown as Place;
  const running = await openConsole(place, { port: 0, allowActions, project: 'nba-staging' }, null);
  try {
    const page = await (await fetch(running.url)).text();
    const url = new URL('/api/act', running.url);
    const token = new URL(running.url).searchParams.get('token') ?? '';
    const act = { kind: 'rerun', game_date: '2024-01-15' };
    const acted = await fetch(url, {
      method: 'POST',
      headers: { 'x-console-token': token },
      body: JSON.stringify({ act, confirmed: true }),
    });
    return { page, acted };
  } finally {
    await running.stop();
  }
}

describe('pipeline console on a project', () => {
  test('looks and does not act, listens to no topic, and asks seldom, since each read is paid for', async () => {
    const { page, acted } = await openOnProject(false);
    expect(page).toContain('Google Cloud');
    expect(page).toMatch(/"allow_actions":false/);
    expect(page).toMatch(/"is_listening":false/);
    expect(page).toMatch(/"look_again_ms":15000/);
    expect(acted.status).toBe(403);
  });

  test('acts where --allow-actions was given', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { page, acted } = await openOnProject(true);
    expect(page).toMatch(/"allow_actions":true/);
    expect(acted.status).toBe(200);
  });

  test.each(['99999', '-1', '1.5', 'eighty', ''])('a port such as "%s" is refused with 2', async (text) => {
    let err = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((written) => {
      err += written;
      return true;
    });
    expect(await main(['console', `--port=${text}`])).toBe(2);
    expect(err).toContain('whole number from 0 to 65535');
  });
});
