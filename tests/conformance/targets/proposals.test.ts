import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HOST_NAMES } from '../../../conformance/cli/init/hosts.ts';
import { loadTarget } from '../../../conformance/targets/load.ts';
import { conformance } from '../command.ts';

const place = mkdtempSync(path.join(tmpdir(), 'judge-proposals-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
let folders = 0;

async function initIn(files: Readonly<Record<string, string>>, ...options: readonly string[]) {
  const folder = path.join(place, `service-${++folders}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const file = path.join(folder, 'conformance.yaml');
  const said = await conformance('init', file, ...options);
  const [component] = said.code === 0 ? Object.values(loadTarget(file).components) : [];
  return { ...said, file, component };
}

const FUNCTION =
  'import functions_framework\n\n@functions_framework.cloud_event\ndef on_done(event):\n    pass\n';

describe('conformance init looks at the folder', () => {
  test.each([
    [
      'a CloudEvent function in Python',
      { 'requirements.txt': 'functions-framework==3.*\n', 'main.py': FUNCTION },
      ['python3', '-m', 'functions_framework', '--target', 'on_done', '--port', '{port}'],
      'cloud_event_binary',
    ],
    [
      'an HTTP function in Python',
      { 'requirements.txt': 'functions-framework\n', 'main.py': FUNCTION.replace('cloud_event', 'http') },
      ['python3', '-m', 'functions_framework', '--target', 'on_done', '--port', '{port}'],
      'push_envelope',
    ],
    [
      'Flask',
      { 'requirements.txt': 'Flask>=3\n', 'app.py': 'from flask import Flask\nservice = Flask(__name__)\n' },
      ['python3', '-m', 'flask', '--app', 'app:service', 'run', '--port', '{port}'],
      'push_envelope',
    ],
    [
      'FastAPI in a pyproject.toml',
      { 'pyproject.toml': 'dependencies = ["fastapi[standard]>=0.1"]\n', 'main.py': 'api = FastAPI()\n' },
      ['python3', '-m', 'uvicorn', 'main:api', '--port', '{port}'],
      'push_envelope',
    ],
    [
      'a Procfile with gunicorn',
      { Procfile: 'web: gunicorn --bind :$PORT --workers 1 main:app\n', 'requirements.txt': 'flask\n' },
      ['gunicorn', '--bind', '127.0.0.1:{port}', '--workers', '1', 'main:app'],
      'push_envelope',
    ],
    [
      'a function in Node',
      {
        'package.json': JSON.stringify({
          main: 'f.js',
          dependencies: { '@google-cloud/functions-framework': '5' },
        }),
        'f.js': "functions.cloudEvent('onDone', () => {});",
      },
      ['npx', 'functions-framework', '--target=onDone'],
      'cloud_event_binary',
    ],
    [
      'a start script',
      { 'package.json': '{ "scripts": { "start": "node a.js" } }' },
      ['npm', 'run', '--silent', 'start'],
      'push_envelope',
    ],
    ['a script alone', { 'main.py': 'print()\n' }, ['python3', 'main.py'], 'push_envelope'],
    ['nothing that it knows', { 'package.json': '{' }, ['./start'], 'push_envelope'],
  ])('%s', async (_, files, command, form) => {
    const { code, component } = await initIn(files);
    expect(code).toBe(0);
    expect(component).toMatchObject({ command, delivery: { form } });
  });

  test('says which file it followed, and follows none when it is told how to start', async () => {
    const files = { 'requirements.txt': 'flask\n' };
    expect((await initIn(files)).out).toContain('as requirements.txt suggests');
    expect((await initIn(files, '--command', './mine')).component?.command).toEqual(['./mine']);
    expect((await initIn(files, '--from', 'uvicorn', '--url', 'http://x')).code).toBe(2);
  });

  test.each(HOST_NAMES)(
    '--from %s writes a file of 15 lines or fewer that the loader takes',
    async (host) => {
      const { code, file } = await initIn({}, '--from', host);
      expect(code).toBe(0);
      expect(readFileSync(file, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(15);
    },
  );
});
