import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../generated/examples.ts';
import { differencesOf } from '../../scripts/generate/write.ts';
import { realContract } from '../contract/edited-contract.ts';
import { filesOf } from '../contract/generated-folder.ts';
import { python, ROOT } from './python.ts';

/** What somebody's service would write; mypy judges it as strictly as the package. */
const PROGRAM = `
from nba_pipeline_contract import TOPIC, ContractError, canonical_processor_name, trigger_execution_id, validate
from nba_pipeline_contract.contract import ORCHESTRATORS, READINESS, SUBSCRIPTIONS
from nba_pipeline_contract.models import AnalyticsCompletion, RunStatus, UpstreamRun
from pydantic import ValidationError

COUNTS: tuple[RunStatus, ...] = ("success", "partial")


def wanted(completion: AnalyticsCompletion) -> bool:
    return completion.status in COUNTS and not completion.skip_downstream_trigger


one = UpstreamRun(processor="player_game_summary", execution_id="2f6c1f0e-5d0a-4c39-9f4b-6a1d5c0e7b21", correlation_id="c")
print(one.to_message())
print(TOPIC.phase4_trigger, SUBSCRIPTIONS["nba-phase4-trigger-sub"]["topic"])
print(canonical_processor_name("phase_3_analytics", "PlayerGameSummaryProcessor"))
print(READINESS["ready_percent_min"], ORCHESTRATORS["phase4-orchestrator"]["levels"][0]["level"])
print(trigger_execution_id("phase4-orchestrator", "2024-01-15", 1, 2))
print([str(problem) for problem in validate("receive", "UpstreamRun", {"processor": ""})])
try:
    UpstreamRun(processor="p", execution_id="17", correlation_id="c")
except ValidationError as error:
    assert isinstance(error.errors()[0]["ctx"]["error"], ContractError)
    print(error.errors()[0]["msg"])
`;

/** What a service may do with a model and with values that no JSON has; each line prints True. */
const ODD = `
import enum, json, pickle
from importlib.resources import files
from nba_pipeline_contract import validate
from nba_pipeline_contract.models import AnalyticsCompletion, RawCompletion
from pydantic import TypeAdapter, ValidationError

examples = json.loads((files("nba_pipeline_contract") / "examples.json").read_text(encoding="utf-8"))
payload = next(each["payload"] for each in examples if each["message"] == "AnalyticsCompletion")


class Mine(AnalyticsCompletion):
    @property
    def is_counted(self) -> bool:
        return self.status in ("success", "partial")


class Status(str, enum.Enum):
    SUCCESS = "success"


def raises(error, act):
    try:
        act()
    except error as raised:
        return str(raised)
    return ""


def problem(value):
    return [str(each) for each in validate("send", "AnalyticsCompletion", value)]


done = AnalyticsCompletion.receive(payload)
print(Mine.receive(payload).is_counted, Mine(**payload).to_message() == payload)
print(pickle.loads(pickle.dumps(done)) == done, done.model_copy() == done)
print(done.model_copy(update={"status": "partial", "records_failed": 1}).status == "partial")
print("game_date must be a real date" in raises(ValidationError, lambda: done.model_copy(update={"game_date": "today"})))
print(AnalyticsCompletion(**{**payload, "status": Status.SUCCESS}).to_message() == payload)
print(problem({**payload, "status": Status.SUCCESS}) == [])
print(isinstance(TypeAdapter(RawCompletion | AnalyticsCompletion).validate_python(payload), AnalyticsCompletion))
print(problem({**payload, "metadata": {1: 2}}) == ['metadata must be an object, got {"1":2}'])
print(problem({**payload, "record_count": 10**400}) == ["record_count must be an integer of at least 0, got null"])
print("expected the name of a schema" in raises(ValueError, lambda: validate("send", "Nothing", {})))
print("expected a direction, send or receive" in raises(ValueError, lambda: validate("sideways", "AnalyticsCompletion", {})))
`;

describe('the Python package', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'python package '));
  const installed = path.join(folder, 'installed');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is installed by pip from the repository, and leaves no file there', async () => {
    const pip = ['-m', 'pip', 'install', '-q', '--no-deps', '--no-build-isolation', '--target', installed];
    const said = await python([...pip, `${ROOT}generated/python`], []);
    expect(said).toMatchObject({ code: 0 });
    const expected = await filesOf(realContract());
    const python_only = new Map([...expected].filter(([file]) => file.startsWith('python/')));
    const differences = differencesOf(`${ROOT}generated`, python_only).filter(({ path: file }) =>
      file.startsWith('python/'),
    );
    expect(differences).toEqual([]);
  });

  test('has types that mypy --strict takes, its own and those of a program that uses it', async () => {
    const program = path.join(folder, 'service.py');
    writeFileSync(program, PROGRAM);
    const mypy = ['-m', 'mypy', '--strict', '--cache-dir', path.join(folder, 'mypy')];
    const own = await python([...mypy, '-p', 'nba_pipeline_contract'], [`${ROOT}generated/python`], folder);
    expect(own.out).toContain('Success: no issues found in 1');
    expect(await python([...mypy, program], [installed], folder)).toMatchObject({ code: 0 });
    writeFileSync(program, PROGRAM.replace('"success", "partial"', '"success", "done"'));
    const wrong = await python([...mypy, program], [installed], folder);
    expect(wrong.out).toContain('Incompatible types in assignment');
  });

  test('does what docs/python.md shows', async () => {
    const page = readFileSync(path.join(ROOT, 'docs/python.md'), 'utf8');
    const program = path.join(folder, 'page.py');
    writeFileSync(program, /```python\n([\s\S]*?)```/.exec(page)?.[1] ?? '');
    const { out } = await python([program], [installed], folder);
    expect(out.split('\n')).toEqual([
      'nba-phase4-trigger phase4_completion True',
      'player_game_summary',
      EXAMPLES.find(({ message }) => message === 'Phase4Trigger')?.payload['execution_id'],
      '',
    ]);
  });

  test('takes somebody’s own classes and enums, and names what no contract has', async () => {
    const program = path.join(folder, 'odd.py');
    writeFileSync(program, ODD);
    const { code, out } = await python([program], [installed], folder);
    expect([code, out]).toEqual([0, expect.anything()]);
    expect(out.split(/\s+/).filter((word) => word !== 'True')).toEqual(['']);
  });

  test('does in a program what its README says', async () => {
    const program = path.join(folder, 'service.py');
    writeFileSync(program, PROGRAM);
    const { out } = await python([program], [installed], folder);
    expect(out.split('\n')).toEqual([
      "{'processor': 'player_game_summary', 'execution_id': '2f6c1f0e-5d0a-4c39-9f4b-6a1d5c0e7b21', 'correlation_id': 'c'}",
      'nba-phase4-trigger nba-phase4-trigger',
      'player_game_summary',
      '80 2',
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      "['execution_id must be a UUID, got nothing', 'correlation_id must be a non-empty string of at most 128 characters, got nothing', 'processor must be a non-empty string, got \"\"']",
      'Value error, UpstreamRun: execution_id must be a UUID, got "17"',
      '',
    ]);
  });
});
