import { describe, expect, test } from 'vitest';
import { limitConcurrency } from '../../../reference/http/limit.ts';
import { readJsonBody } from '../../../reference/http/request.ts';
import { answer, routeRequests } from '../../../reference/http/route.ts';
import { createShell } from '../../../reference/http/shell.ts';
import type { HttpAnswer } from '../../../reference/ports/ports.ts';
import { request } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

describe('the doors of a component', () => {
  const handler = createShell(
    routeRequests([
      { method: 'POST', path: '/echo', handle: async (asked) => answer(200, readJsonBody(asked)) },
      { method: 'POST', path: '/broken', handle: () => Promise.reject(new TypeError('x is not a function')) },
      { method: 'POST', path: '/odd', handle: () => Promise.reject('thrown text') },
    ]),
    createMemoryPorts().log,
  );
  const statusOf = async (method: string, path: string) => (await handler(request(method, path))).status;

  test('health is one of them', async () => {
    expect(await handler(request('GET', '/health'))).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test('COORD-005 an empty body is an empty object', async () => {
    expect(await handler(request('POST', '/echo'))).toEqual({ status: 200, body: {} });
  });

  test('an unknown path is 404 and another method 405, each saying what there is', async () => {
    expect(await statusOf('GET', '/nowhere')).toBe(404);
    const other = await handler(request('GET', '/echo'));
    expect(other.status).toBe(405);
    expect(JSON.stringify(other.body)).toContain('expected POST /echo, got GET /echo');
  });

  test('L04 whatever is thrown is a nack and never an ack', async () => {
    expect(await statusOf('POST', '/broken')).toBe(500);
    expect(await handler(request('POST', '/odd'))).toMatchObject({
      status: 500,
      body: { error: 'UNEXPECTED' },
    });
  });
});

describe('so many deliveries at a time', () => {
  test('the others wait in order of arrival, and a failure gives its place on', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const handler = limitConcurrency(({ path }) => {
      begun.push(path);
      return new Promise<HttpAnswer>((resolve, reject) => {
        ends.push(path === '/b' ? () => reject(new Error(path)) : () => resolve({ status: 200 }));
      });
    }, 2);
    const runs = ['/a', '/b', '/c', '/d'].map((path) =>
      handler(request('POST', path)).catch(() => ({ status: 500 })),
    );
    expect(begun).toEqual(['/a', '/b']);
    ends[1]?.();
    await runs[1];
    expect(begun).toEqual(['/a', '/b', '/c']);
    ends[0]?.();
    ends[2]?.();
    await runs[2];
    ends[3]?.();
    expect((await Promise.all(runs)).map(({ status }) => status)).toEqual([200, 500, 200, 200]);
    const last = handler(request('POST', '/e'));
    expect(begun.at(-1)).toBe('/e');
    ends.at(-1)?.();
    expect(await last).toEqual({ status: 200 });
  });

  test('health is never held up', async () => {
    const handler = limitConcurrency(() => Promise.resolve({ status: 200 }), 0);
    expect(await handler(request('GET', '/health'))).toEqual({ status: 200 });
  });
});
