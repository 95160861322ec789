import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that need Google's emulators; they run with `--mode emulators` only. */
const EMULATOR_TESTS = ['tests/{cloud,operating,conformance/project}/google/**'];

/** Tests that need more than Node, or minutes; they run with `--mode strangers` only. */
const STRANGER_TESTS = 'tests/targets/**/!(quick|versions).test.ts';

/** Tests that run the real gcloud; they run with `--mode deploy` only. */
const GCLOUD_TESTS = 'tests/deploy/gcloud/**';

/** The runbook, command by command; it runs with `--mode runbook` only. */
const RUNBOOK_TESTS = 'tests/operating/runbook/**';

/** A whole date for its log lines, and the real terraform; they run with `--mode watching` only. */
const WATCHING_TESTS = 'tests/watching/{run,terraform/binary}.test.ts';

/** Tests that need a browser; they run with `--mode browser` only. */
const BROWSER_TESTS = 'tests/browser/**';

/** Each drill of the console in a browser, minutes of them; they run with `--mode drills` only. */
const DRILL_TESTS = 'tests/browser/drills/**';

/** What is deployed, started as the platform would; it runs with `--mode artefacts` only. */
const ARTEFACT_TESTS = 'tests/artefacts/**';

/** The package as npm packs it, installed elsewhere; it runs with `--mode package` only. */
const PACKAGE_TESTS = 'tests/package/**';

/** The Python package beside the TypeScript; it needs pydantic and mypy, and runs with `--mode python` only. */
const PYTHON_TESTS = 'tests/python/**';

/** Views for BigQuery in Google's own implementation of its language; they run with `--mode sql` only. */
const SQL_TESTS = 'tests/warehouse/googlesql/**';

/** A function under functions-framework for Python, which not every pip finds; it runs with `--mode functions` only. */
const FUNCTION_TESTS = 'tests/python/functions/**';

/** Whole runs of the judge and of a copy of the repository, minutes of them; they run with `--mode whole` only. */
const WHOLE_TESTS = [
  'tests/growth/**',
  'tests/conformance/passes/**',
  'tests/conformance/project/runs/deployed.test.ts',
  'tests/targets/versions.test.ts',
];

/** Tests that start servers or processes: each file has a process of its own, with clients and environment of its own. */
const SERVER_TESTS = [
  'tests/{artefacts,audit,browser,cloud,growth,library,package,python,targets}/**/*.test.ts',
  'tests/deploy/gcloud/**/*.test.ts',
  'tests/conformance/{certificates,harness,passes,report,targets}/**/*.test.ts',
  'tests/conformance/watching/watch.test.ts',
  'tests/conformance/project/{cleaning,identity,listening}.test.ts',
  'tests/conformance/project/runs/**/*.test.ts',
  'tests/conformance/project/google/**/*.test.ts',
  'tests/conformance/recorded/{damaged,exported,night,pulled}.test.ts',
  'tests/conformance/reports/{ci/ci,offline}.test.ts',
  'tests/conformance/verdict/{failures,notices,strain}.test.ts',
  'tests/exploration/stage.test.ts',
  'tests/monsters/**/*.test.ts',
  'tests/warehouse/googlesql/**/*.test.ts',
  'tests/reference/{alerts,cli,google,security,services}/**/*.test.ts',
  WATCHING_TESTS,
  'tests/operating/**/*.test.ts',
];

export default defineConfig(({ mode }) => {
  const excluded = [
    ...configDefaults.exclude,
    ...(mode === 'emulators' ? [] : EMULATOR_TESTS),
    ...(mode === 'strangers' ? [] : [STRANGER_TESTS]),
    ...(mode === 'browser' || mode === 'drills' ? [] : [BROWSER_TESTS]),
    ...(mode === 'drills' ? [] : [DRILL_TESTS]),
    ...(mode === 'deploy' ? [] : [GCLOUD_TESTS]),
    ...(mode === 'runbook' ? [] : [RUNBOOK_TESTS]),
    ...(mode === 'artefacts' ? [] : [ARTEFACT_TESTS]),
    ...(mode === 'package' ? [] : [PACKAGE_TESTS]),
    ...(mode === 'python' || mode === 'functions' ? [] : [PYTHON_TESTS]),
    ...(mode === 'functions' ? [] : [FUNCTION_TESTS]),
    ...(mode === 'sql' ? [] : [SQL_TESTS]),
    ...(mode === 'watching' ? [] : [WATCHING_TESTS]),
    ...(mode === 'whole' ? [] : WHOLE_TESTS),
  ];
  return {
    test: {
      reporters: ['default'],
      maxWorkers: 2,
      globalSetup: mode === 'package' ? ['tests/package/setup.ts'] : [],
      coverage: {
        provider: 'v8',
        include: ['reference/**/*.ts'],
        exclude: [
          // tests/reference/ holds tools of tests, and the pattern above would take them in.
          'tests/**',
          // Runs in the page: `npm run test:browser` opens it in Chromium.
          'reference/console/page/app/**',
          // Hands flags on to a program and waits until it ends: tests/cloud starts that program.
          'reference/cli/cloud.ts',
          // Runs until a signal ends its process: tests/operating/kept.test.ts and the runbook start it as a person does.
          'reference/cli/operate/serve.ts',
          // The program of a component, and the end of a Cloud Function: tests of services and artefacts start and end both.
          'reference/services/start.ts',
          'reference/services/functions/ending.ts',
        ],
        reporter: ['text-summary', 'json-summary'],
        thresholds: { statements: 92, branches: 92 },
      },
      projects: [
        {
          test: {
            name: 'servers',
            include: SERVER_TESTS,
            exclude: excluded,
            // They start processes and watch when these are quiet; a busy machine of CI may disturb one, and not twice.
            retry: process.env['CI'] === 'true' ? 2 : 0,
            testTimeout: 30_000,
            hookTimeout: 30_000,
          },
        },
        {
          test: {
            name: 'pure',
            include: ['tests/**/*.test.ts'],
            exclude: [...excluded, ...SERVER_TESTS],
            // They share nothing that they change, so a worker keeps its modules: loading them again took a minute.
            isolate: false,
            testTimeout: 30_000,
            hookTimeout: 30_000,
          },
        },
      ],
    },
  };
});
