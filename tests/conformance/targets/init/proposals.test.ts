import { describe, expect, test } from 'vitest';
import { HOST_NAMES } from '../../../../conformance/cli/init/hosts.ts';
import { initIn, removeFolders } from './in-folder.ts';

removeFolders();

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
    [
      'a function in Node whose start script names it',
      {
        'package.json': JSON.stringify({
          scripts: { start: 'functions-framework --target=handle --signature-type=http' },
          dependencies: { '@google-cloud/functions-framework': '5' },
        }),
      },
      ['npx', 'functions-framework', '--target=handle'],
      'push_envelope',
    ],
    [
      'a background function in Python, which does not register itself',
      { 'requirements.txt': 'functions-framework\n', 'main.py': 'def on_done(event, context):\n    pass\n' },
      [
        'python3',
        '-m',
        'functions_framework',
        '--target',
        'on_done',
        '--signature-type',
        'event',
        '--port',
        '{port}',
      ],
      'cloud_event_binary',
    ],
    [
      'an app in a package, kept by Poetry',
      {
        'pyproject.toml': '[tool.poetry]\nname = "my-svc"\n[tool.poetry.dependencies]\nfastapi = "^0.110"\n',
        'my_svc/main.py': 'app = FastAPI()\n',
      },
      ['poetry', 'run', 'python3', '-m', 'uvicorn', 'my_svc.main:app', '--port', '{port}'],
      'push_envelope',
    ],
    [
      'Flask, kept by uv',
      {
        'pyproject.toml': '[project]\ndependencies = ["flask>=3"]\n',
        'uv.lock': '',
        'app/main.py': 'app = Flask(__name__)\n',
      },
      ['uv', 'run', 'python3', '-m', 'flask', '--app', 'app.main:app', 'run', '--port', '{port}'],
      'push_envelope',
    ],
    [
      'a Dockerfile with a line for a shell',
      {
        Dockerfile:
          'FROM python:3.12\nCMD ["old"]\nCMD exec gunicorn --bind :$PORT --workers 1 \\\n  --threads 8 main:app\n',
      },
      ['gunicorn', '--bind', '127.0.0.1:{port}', '--workers', '1', '--threads', '8', 'main:app'],
      'push_envelope',
    ],
    [
      'a Dockerfile with a list',
      { Dockerfile: 'FROM node:22\nENTRYPOINT ["node"]\nCMD ["dist/server.js"]\n' },
      ['node', 'dist/server.js'],
      'push_envelope',
    ],
    [
      'a Dockerfile that starts a shell',
      {
        Dockerfile: `FROM python:3.12\nCMD ["sh", "-c", "uvicorn app:api --host 0.0.0.0 --port \${PORT:-8080}"]\n`,
      },
      ['uvicorn', 'app:api', '--host', '0.0.0.0', '--port', '{port}'],
      'push_envelope',
    ],
    ['Go', { 'go.mod': 'module svc\n' }, ['go', 'run', '.'], 'push_envelope'],
    ['a script alone', { 'main.py': 'print()\n' }, ['python3', 'main.py'], 'push_envelope'],
    ['nothing that it knows', { 'package.json': '{' }, ['./start'], 'push_envelope'],
  ])('%s', async (_, files, command, form) => {
    const { code, component } = await initIn(files);
    expect(code).toBe(0);
    expect(component).toMatchObject({ command, delivery: { form } });
  });

  test('names the services of a repository that has several, and nothing that packages bring', async () => {
    const { out } = await initIn({
      'services/orchestrator/requirements.txt': 'flask\n',
      'services/worker/main.py': '',
      'node_modules/x/package.json': '{ "main": "index.js" }',
    });
    expect(out).toContain('correct the command');
    expect(out).toContain('cd services/orchestrator && npx conformance init; also services/worker');
    expect(out).not.toContain('node_modules');
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
      const { code, written } = await initIn({}, '--from', host);
      expect(code).toBe(0);
      expect(written.trim().split('\n').length).toBeLessThanOrEqual(15);
    },
  );
});
