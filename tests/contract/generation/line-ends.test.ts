import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readContract } from '../../../scripts/contract/contract.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('line ends of Windows change nothing', () => {
  test('the hash of the contract is that of its text, however lines end', () => {
    const text = readFileSync(path.join(ROOT, 'asyncapi.yaml'), 'utf8').replaceAll('\r\n', '\n');
    const hash = (contract: string) => readContract(contract, 'asyncapi.yaml').hash;
    expect(hash(text.replaceAll('\n', '\r\n'))).toBe(hash(text));
  });

  test.skipIf(!existsSync(path.join(ROOT, '.git')))(
    'a clone with core.autocrlf=true is clean, and has no CRLF',
    () => {
      const clone = mkdtempSync(path.join(tmpdir(), 'autocrlf-'));
      const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: clone, encoding: 'utf8' });
      try {
        git('clone', '--quiet', '--shared', '-c', 'core.autocrlf=true', ROOT, '.');
        expect(git('status', '--porcelain')).toBe('');
        expect(
          git('ls-files', '--eol')
            .split('\n')
            .filter((line) => line.includes('w/crlf')),
        ).toEqual([]);
      } finally {
        rmSync(clone, { recursive: true, force: true });
      }
    },
  );
});
