import { describe, expect, test } from 'vitest';
import { type Files, initIn, removeFolders } from './in-folder.ts';

removeFolders();

describe('conformance init takes the line that a file starts the service with', () => {
  const dockerfile = (...lines: readonly string[]) => ({ Dockerfile: `FROM x\n${lines.join('\n')}\n` });
  test.each<readonly [string, Files, string]>([
    [
      'of the web among several of a Procfile, with quotes and defaults',
      {
        Procfile: `release: python migrate.py\nworker: celery worker\nweb: gunicorn "svc:create_app()" --bind 0.0.0.0:$PORT -w \${WEB_CONCURRENCY:-2}\n`,
      },
      'gunicorn svc:create_app() --bind 127.0.0.1:{port} -w 2',
    ],
    [
      'that stays, where there is no web',
      { Procfile: 'release: python a.py\norchestrator: python b.py\n' },
      'python3 b.py',
    ],
    [
      'of the component',
      { Procfile: 'web: python a.py\nphase3-to-phase4-orchestrator: python b.py\n' },
      'python3 b.py',
    ],
    [
      'in the environment that keeps its packages',
      { Procfile: 'web: gunicorn main:app\n', Pipfile: '' },
      'pipenv run gunicorn main:app',
    ],
    [
      'with what only a shell can do',
      { Procfile: `web: python migrate.py && gunicorn -w \${W} main:app\n` },
      'sh -c python migrate.py && gunicorn -w $W main:app',
    ],
    [
      'of an app.yaml',
      { 'app.yaml': 'runtime: python312\nentrypoint: gunicorn -b :$PORT main:api\n' },
      'gunicorn -b 127.0.0.1:{port} main:api',
    ],
    [
      'of a Dockerfile, each time at another port',
      { ...dockerfile('CMD ["uvicorn", "svc:api", "--host", "0.0.0.0", "--port", "8080"]'), 'svc.py': '' },
      'uvicorn svc:api --host 0.0.0.0 --port {port}',
    ],
    [
      'of a Dockerfile after what only waits for it',
      {
        ...dockerfile(
          'ENTRYPOINT ["/usr/bin/tini", "--"]',
          'CMD ["python", "-m", "gunicorn", "-b", ":8080", "main:app"]',
        ),
        'main.py': '',
      },
      'python3 -m gunicorn -b 127.0.0.1:{port} main:app',
    ],
    [
      'of the language, where a Dockerfile starts what is built in the image',
      { ...dockerfile('ENTRYPOINT ["/server"]'), 'go.mod': 'module x\n', 'cmd/orch/main.go': '' },
      'go run ./cmd/orch',
    ],
    [
      'of the language, where a Dockerfile starts what it has moved',
      {
        ...dockerfile('COPY src .', 'CMD ["python", "main.py"]'),
        'requirements.txt': 'fastapi\n',
        'src/main.py': 'app = FastAPI()\n',
      },
      'python3 -m uvicorn main:app --app-dir src --port {port}',
    ],
    [
      'of package.json behind a mark of its encoding',
      { 'package.json': '\ufeff{"scripts":{"start":"node a"}}' },
      'npm run --silent start',
    ],
    [
      'with which Node begins, where package.json says nothing',
      { 'package.json': '{"name":"x"}', 'src/index.mjs': '' },
      'node src/index.mjs',
    ],
    [
      'for development, where there is no other',
      { 'package.json': '{"scripts":{"dev":"tsx x.ts"}}' },
      'npm run --silent dev',
    ],
  ])('%s', async (_, files, command) => {
    const { code, component } = await initIn(files);
    expect([code, component?.command?.join(' ')]).toEqual([0, command]);
  });

  test('settings before the command go to the environment', async () => {
    const { component } = await initIn({
      Procfile: "web: PYTHONPATH=src LOG='a b' uvicorn svc:app --port $PORT\r\n",
    });
    expect(component?.command).toEqual(['uvicorn', 'svc:app', '--port', '{port}']);
    expect(component?.environment).toMatchObject({ PYTHONPATH: 'src', LOG: 'a b' });
  });

  test.each([
    ['hypercorn main:app --bind 0.0.0.0:$PORT', 'Running on (?<url>'],
    ['waitress-serve --port=$PORT main:app', 'Serving on (?<url>'],
    ['fastapi run main.py --port $PORT', 'running on (?<url>'],
    ['/opt/venv/bin/gunicorn main:app', 'Listening at: (?<url>'],
    ['python svc.py', 'running on (?<url>'],
  ])('%s is waited for by the line that its server prints', async (line, ready) => {
    const { component } = await initIn({
      Procfile: `web: ${line}\n`,
      'svc.py': 'import uvicorn\nuvicorn.run("svc:app")\n',
    });
    expect(component?.ready).toMatchObject({ stdout: expect.stringContaining(ready) });
  });

  test.each<readonly [string, Files]>([
    ['folders with the names of files', { 'main.py/x': '', 'Procfile/x': '', 'package.json/x': '' }],
    ['a package.json that is a list', { 'package.json': '[1]' }],
    ['a package.json of other types', { 'package.json': '{"scripts":null,"dependencies":null,"main":3}' }],
    ['a Dockerfile that nobody can read', { Dockerfile: 'CMD [broken\n' }],
  ])('%s are no obstacle', async (_, files) => {
    const { code, out } = await initIn(files);
    expect([code, out]).toEqual([0, expect.stringContaining('correct the command')]);
  });
});
