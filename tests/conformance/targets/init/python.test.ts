import { describe, expect, test } from 'vitest';
import { type Files, initIn, removeFolders } from './in-folder.ts';

removeFolders();

const FLASK = 'from flask import Flask\napp = Flask(__name__)\n';
const FASTAPI = 'from fastapi import FastAPI\napp = FastAPI()\n';

/** A kind of folder, its files, and words of the command that is to be proposed, in their order. */
type Shape = readonly [string, Files, string];

describe('conformance init finds the app of a service in Python, whatever it is called and wherever it lies', () => {
  test.each<Shape>([
    [
      'a name and a file of its own',
      {
        'requirements.txt': 'flask\ngunicorn\n',
        'orchestrator.py': 'import flask\norch = flask.Flask(__name__)\n',
      },
      'python3 -m gunicorn orchestrator:orch --bind 127.0.0.1:{port} --workers 2 --threads 8',
    ],
    [
      'a typed name in a package below src/, kept by Poetry',
      {
        'pyproject.toml':
          '[tool.poetry]\nname = "my-svc"\ndescription = "no flask app"\n[tool.poetry.dependencies]\nfastapi = "*"\n',
        'src/my_svc/__init__.py': '',
        'src/my_svc/api.py': 'service: FastAPI = FastAPI(title="x")\n',
      },
      'poetry run python3 -m uvicorn my_svc.api:service --app-dir src --port {port}',
    ],
    [
      'an app that a factory makes for a file of its own',
      {
        'requirements.txt': 'flask\n',
        'svc/__init__.py': 'def create_app():\n    return Flask(__name__)\n',
        'wsgi.py': 'from svc import create_app\napplication = create_app()\n',
      },
      'python3 -m flask --app wsgi:application run --port {port}',
    ],
    [
      'a factory alone, for gunicorn',
      {
        'requirements.txt': '# not fastapi\ngunicorn\nflask\n',
        'svc/__init__.py': 'def create_app(config=None):\n    return Flask(__name__)\n',
      },
      'python3 -m gunicorn svc:create_app() --bind 127.0.0.1:{port} --workers 2 --threads 8',
    ],
    [
      'a factory alone, for uvicorn',
      {
        'requirements.txt': 'fastapi\n',
        'app/main.py': 'def build_app() -> FastAPI:\n    return FastAPI()\n',
      },
      'python3 -m uvicorn app.main:build_app --factory --port {port}',
    ],
    [
      'a module that imports its neighbours by their names',
      {
        'requirements.txt': 'uvicorn\n',
        'app/main.py': `from store import load\n${FASTAPI}`,
        'app/store.py': '',
      },
      'python3 -m uvicorn main:app --app-dir app --port {port}',
    ],
    [
      'imports alone, where no file asks for a package',
      { 'main.py': FLASK },
      'python3 -m flask --app main:app run --port {port}',
    ],
    [
      'packages that another file asks for, written on Windows',
      {
        'requirements.txt': Buffer.concat([
          Buffer.from([0xff, 0xfe]),
          Buffer.from('-r base.txt\r\n', 'utf16le'),
        ]),
        'base.txt': '\ufeffFlask==3\r\n',
        'main.py': 'app = make_app()\r\n',
      },
      'python3 -m flask --app main:app run --port {port}',
    ],
    [
      'Starlette with gunicorn, which serves no such app by itself',
      {
        Pipfile: '[packages]\nstarlette = "*"\ngunicorn = "*"\n',
        'server.py': 'web = Starlette(routes=[])\n',
      },
      'pipenv run python3 -m uvicorn server:web --port {port}',
    ],
    [
      'Django',
      {
        'requirements.txt': 'django\n',
        'manage.py': '',
        'site/wsgi.py': 'application = get_wsgi_application()\n',
      },
      'python3 manage.py runserver --noreload 127.0.0.1:{port}',
    ],
    [
      'Django with gunicorn',
      {
        'requirements.txt': 'django\ngunicorn\n',
        'manage.py': '',
        'site/wsgi.py': 'application = get_wsgi_application()\n',
        'site/asgi.py': 'application = get_asgi_application()\n',
      },
      'python3 -m gunicorn site.wsgi:application --bind 127.0.0.1:{port} --workers 2 --threads 8',
    ],
    [
      'a program that the project installs',
      { 'pyproject.toml': '[project]\nname = "a"\n[project.scripts]\nrun-it = "a:main"\n', 'uv.lock': '' },
      'uv run run-it',
    ],
    [
      'PDM',
      { 'pyproject.toml': '[project]\ndependencies = ["flask"]\n[tool.pdm]\n', 'app.py': FLASK },
      'pdm run python3 -m flask --app app:app run --port {port}',
    ],
    [
      'the build of Poetry 2, which has no table of its own',
      {
        'pyproject.toml':
          '[project]\ndependencies = ["fastapi"]\n[build-system]\nbuild-backend = "poetry.core.masonry.api"\n',
        'main.py': FASTAPI,
      },
      'poetry run python3 -m uvicorn main:app --port {port}',
    ],
  ])('%s', async (_, files, command) => {
    const { code, component } = await initIn(files);
    expect([code, component?.command?.join(' ')]).toEqual([0, command]);
  });

  test('messages go to the one route that takes them', async () => {
    const route = (text: string) => initIn({ 'requirements.txt': 'flask\n', 'main.py': `${FLASK}${text}` });
    const one = await route(
      '@app.get("/x")\ndef x(): ...\n@app.post("/pubsub/push")\ndef push(): ...\n@app.post("/sweep")\n',
    );
    expect(one.component?.delivery.path).toBe('/pubsub/push');
    expect((await route('@app.route("/push", methods=["POST"])\n')).component?.delivery.path).toBe('/push');
    expect((await route('@app.post("/a")\n@app.post("/b")\n')).component?.delivery.path).toBe('/');
  });

  test('a folder around services of others is none itself', async () => {
    const { out } = await initIn({
      'pyproject.toml': '[tool.uv.workspace]\nmembers = ["services/*"]\n',
      'uv.lock': '',
      'services/a/pyproject.toml': '[project]\ndependencies = ["fastapi"]\n',
      'services/a/main.py': FASTAPI,
      'env/pyvenv.cfg': '',
      'env/lib/main.py': FLASK,
    });
    expect(out).toContain('cd services/a && npx conformance init');
    expect(out).not.toContain('cd env');
  });
});

describe('conformance init finds the function', () => {
  test.each<Shape>([
    [
      'that takes CloudEvents, beside one of HTTP, by any name of the framework',
      {
        'main.py':
          'import functions_framework as ff\n@ff.http\ndef health(request): ...\n\n@ff.cloud_event\ndef on_done(event): ...\n',
      },
      'python3 -m functions_framework --target on_done --port {port}',
    ],
    [
      'whose decorator is imported alone',
      {
        'requirements.txt': 'functions_framework==3.8\n',
        'main.py': 'from functions_framework import cloud_event\n\n@cloud_event\ndef handle(ce): ...\n',
      },
      'python3 -m functions_framework --target handle --port {port}',
    ],
    [
      'that is not registered, after others that are none',
      {
        'requirements.txt': 'functions-framework\n',
        'main.py': 'def load(path): ...\n\ndef on_done(event: dict[str, int], context: object): ...\n',
      },
      'python3 -m functions_framework --target on_done --signature-type event --port {port}',
    ],
    [
      'in another folder',
      {
        'requirements.txt': 'functions-framework\n',
        'functions/main.py': 'import functions_framework\n@functions_framework.cloud_event\ndef go(e): ...\n',
      },
      'python3 -m functions_framework --target go --source functions/main.py --port {port}',
    ],
    [
      'in Node that only its file exports',
      {
        'package.json': '{"dependencies":{"@google-cloud/functions-framework":"4"}}',
        'index.js': 'exports.onDone = async (cloudEvent) => {};\n',
      },
      'npx functions-framework --target=onDone --signature-type=cloudevent',
    ],
    [
      'in Node as its start script names it',
      {
        'package.json':
          '{"scripts":{"start":"functions-framework --target=onX --signature-type=cloudevent --source=dist"}}',
      },
      'npx functions-framework --target=onX --source=dist --signature-type=cloudevent',
    ],
  ])('%s', async (_, files, command) => {
    const { component } = await initIn(files);
    expect(component?.command?.join(' ')).toBe(command);
    expect(component?.delivery.form).toBe('cloud_event_binary');
  });
});
