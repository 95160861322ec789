import { describe, expect, test } from 'vitest';
import { conformance } from '../conformance/command.ts';

describe('the report on an orchestrator that validates nothing, acks everything, loses triggers and omits a field', () => {
  test('says what to mend first on the first screen, and all of it within 150 lines', async () => {
    const { code, out } = await conformance(
      'run',
      '--target',
      'tests/targets/careless/target.yaml',
      '--seed',
      '7',
      '--no-failures',
    );
    expect(code).toBe(1);
    const lines = out.split('\n');
    expect(lines.length).toBeLessThanOrEqual(150);
    const screen = lines.slice(0, 24).join('\n');
    expect(screen).toMatch(/^ +\d+ lost trigger in phase3-to-phase4-orchestrator/m);
    expect(screen).toMatch(/^ +\d+ swallowed message in phase3-to-phase4-orchestrator/m);
    expect(screen).toMatch(/^ +\d+ invalid message in phase3-to-phase4-orchestrator/m);
    expect(screen.indexOf('lost trigger')).toBeLessThan(screen.indexOf('swallowed message'));
    expect(screen.indexOf('swallowed message')).toBeLessThan(screen.indexOf('invalid message'));
    expect(out).toContain('docs/mending.md#lost-trigger');
    expect(lines.findLast((line) => line.startsWith('Mend first: '))).toContain('trigger');
  }, 120_000);
});
