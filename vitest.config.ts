import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that need Google's emulators; they run with `--mode emulators` only. */
const EMULATOR_TESTS = 'tests/cloud/google/**';

/** Tests that need another language than ours; they run with `--mode strangers` only. */
const STRANGER_TESTS = 'tests/targets/**';

export default defineConfig(({ mode }) => ({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      ...(mode === 'emulators' ? [] : [EMULATOR_TESTS]),
      ...(mode === 'strangers' ? [] : [STRANGER_TESTS]),
    ],
    reporters: ['default'],
    // Test files share nothing that they change, so a worker keeps its modules: loading them again took a minute.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['reference/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { statements: 90, branches: 90 },
    },
  },
}));
