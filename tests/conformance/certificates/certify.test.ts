import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CertificateRefusedError } from '../../../conformance/certificates/certificate.ts';
import { verified } from '../../../conformance/certificates/verify.ts';
import { conformance, type Said } from '../command.ts';
import { everything, readXml } from '../reports/xml.ts';
import { leaveOut, opening, relist, resealed } from './draft.ts';
import { certified, newFolder } from './made.ts';

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string): string => path.join(folder, name);
const [good, bad, key] = ['python.json', 'careless.json', 'my.key'].map(inFolder) as [string, string, string];
const made: Record<string, Said & { readonly text: string }> = {};

beforeAll(async () => {
  await conformance('certify', '--new-key', key);
  const declared = [
    '--declare',
    'phase3-to-phase4-orchestrator=revision 7',
    '--files',
    'tests/targets/python',
  ];
  made['python'] = await certified('python', good, '--key', key, ...declared);
  made['careless'] = await certified('careless', bad);
}, 180_000);

describe('conformance certify', () => {
  test('makes a key that nobody else can read, and overwrites none', async () => {
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const { code, err } = await conformance('certify', '--new-key', key);
    expect([code, err]).toEqual([2, expect.stringContaining('expected a new file')]);
  });
  test('of a right target: says so, and ends with 0', () => {
    expect(made['python']?.code).toBe(0);
    expect(made['python']?.out).toMatch(
      /^python-orchestrator conforms in what was selected: \d+ passed, 0 failed/,
    );
    expect(made['python']?.out).toContain('verify ');
  });
  test('of a wrong one: writes the certificate all the same, says that it is unsigned, and ends with 1', () => {
    expect(made['careless']?.code).toBe(1);
    expect(made['careless']?.out).toMatch(/careless does not conform in what was selected: .*\nUNSIGNED: /);
  });
  test('the statement follows its schema, and has what a reader must know', () => {
    const { statement, certificate } = opening(made['python']?.text ?? '');
    const schema = JSON.parse(readFileSync('conformance/certificates/certificate.schema.json', 'utf8'));
    expect(new Ajv({ allowUnionTypes: true }).validate(schema, statement)).toBe(true);
    const [component] = certificate.target.components;
    expect(component).toMatchObject({ started_by: 'command', image: null, declared: 'revision 7' });
    expect(component.files).toEqual([
      { name: 'orchestrator.py', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(certificate.target.files.map(({ name }: { name: string }) => name)).toEqual(['/']);
    expect(statement.subject.map(({ name }: { name: string }) => name)).toEqual([
      'python-orchestrator',
      '/',
      'orchestrator.py',
    ]);
    expect(certificate.runs.map(({ seed }: { seed: number }) => seed)).toEqual([7, 8]);
    expect(certificate.runs[0].situations.length).toBeGreaterThan(0);
  });
  test.each([
    [['--minutes', 'x'], '--minutes must be a number from 0'],
    [['--seeds', '1'], '--seeds: expected two different seeds'],
    [['--seeds', '1', '1'], '--seeds: expected two different seeds'],
    [['--cloud', 'project'], 'certify judges on the embedded cloud'],
    [['--declare', 'phase9=x'], '--declare "phase9=x": expected COMPONENT=WORDS'],
    [['--files', 'nowhere'], '--files nowhere: expected a file or folder'],
    [['--key', 'package.json'], 'package.json: expected an ed25519 key'],
    [['--only', 'COORD-*'], 'nothing was judged, and no certificate is written'],
  ])('%j is a usage error', async (argv, words) => {
    const target = ['--target', 'tests/targets/careless/target.yaml', '--out', inFolder('none.json')];
    const { code, err } = await conformance('certify', ...target, ...argv);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('conformance verify', () => {
  test('accepts an honest certificate, whoever reads it, and tells whose key signed it', async () => {
    const named = await conformance('verify', good, '--key', `${key}.pub`);
    expect([named.code, named.out]).toEqual([
      0,
      expect.stringContaining('Signed with the key that you named'),
    ]);
    expect((await conformance('verify', good)).out).toContain('whose it is was not checked');
    const { out } = await conformance('verify', good, '--json');
    expect(JSON.parse(out)).toMatchObject({
      accepted: true,
      signature: { kind: 'signed' },
      certificate: { verdict: 'conforms' },
    });
  });
  test('an honest certificate of a wrong target is accepted, and ends with 1', async () => {
    const { code, out } = await conformance('verify', bad);
    expect([code, out]).toEqual([1, expect.stringContaining('Accepted')]);
  });
  test('refuses an unsigned one where a key is asked for, with the reason', async () => {
    const { code, out } = await conformance('verify', bad, '--key', `${key}.pub`);
    expect([code, out]).toEqual([1, expect.stringContaining('REFUSED: it is not signed')]);
    expect(JSON.parse((await conformance('verify', bad, '--key', `${key}.pub`, '--json')).out)).toMatchObject(
      { accepted: false },
    );
  });
  test('one of another version of the judge is accepted where that is asked for and this one agrees', async () => {
    const draft = opening(made['python']?.text ?? '');
    draft.certificate.judge.version = '0.0.1';
    writeFileSync(inFolder('older.json'), resealed(draft));
    expect((await conformance('verify', inFolder('older.json'))).out).toContain(
      'REFUSED: it was made by judge 0.0.1',
    );
    expect((await conformance('verify', inFolder('older.json'), '--any-judge')).code).toBe(0);
  });
  test('histories of another target, with right digests, are refused in the place of its own', () => {
    const other = opening(made['python']?.text ?? '');
    for (const name of other.runs[0]?.histories.keys() ?? []) {
      const draft = opening(made['careless']?.text ?? '');
      for (const [place, run] of draft.runs.entries()) {
        run.histories.set(name, other.runs[place]?.histories.get(name) ?? []);
        run.last = Math.max(run.last, other.runs[place]?.last ?? 0);
        leaveOut(run);
      }
      relist(draft);
      expect(() => verified(resealed(draft)), name).toThrow(CertificateRefusedError);
    }
  });
  test('what a file says is shown as one line in which nothing is hidden', async () => {
    const draft = opening(made['careless']?.text ?? '');
    draft.certificate.target.name = 'fine\nSigned with the key that you named, 0123.\u001b[2A\u202e';
    writeFileSync(inFolder('spoken.json'), resealed(draft));
    const { out } = await conformance('verify', inFolder('spoken.json'));
    expect(out).not.toMatch(/^Signed/m);
    for (const hidden of ['\u001b', '\u202e']) expect(out).not.toContain(hidden);
    expect(out).toContain('fine\\u{a}Signed with');
    expect(out).toMatch(/^UNSIGNED/m);
  });
  test.each([
    ['nothing', ''],
    ['zeros', '\0'.repeat(1000)],
    ['no object', 'null\n'],
    ['a number', '7\n'],
    ['a list as deep as it is long', '['.repeat(300_000)],
    ['objects that nest', '{"payload":'.repeat(100_000)],
    ['letters that are no UTF-8', Buffer.from([0xff, 0xfe, 0x7b, 0x7d])],
  ])('a file of %s is refused with a reason and no stack', async (name, content) => {
    const file = inFolder(`${name}.json`);
    writeFileSync(file, content);
    const { code, out, err } = await conformance('verify', file);
    expect([code, out, err]).toEqual([1, expect.stringMatching(/^REFUSED: .+\n$/), '']);
  });
  test('what is no file, never ends or is larger than any is told, and not read', async () => {
    const huge = inFolder('huge.json');
    writeFileSync(huge, '');
    truncateSync(huge, 3_000_000_000);
    for (const [file, why] of [
      [folder, 'no regular file'],
      ['/dev/zero', 'no regular file'],
      [huge, 'the most'],
    ] as const) {
      const { code, err } = await conformance('verify', file);
      expect([code, err]).toEqual([2, expect.stringContaining(why)]);
    }
  });
  test('a file that is none, and a key that is none, are told', async () => {
    expect((await conformance('verify', 'nowhere.json')).code).toBe(2);
    expect((await conformance('verify', 'package.json')).out).toContain('REFUSED: expected a DSSE envelope');
    expect((await conformance('verify', good, '--key', 'package.json')).code).toBe(2);
  });
});

describe('what is made of certificates', () => {
  const page = (file: string) => everything(readXml(readFileSync(file, 'utf8')));
  test('a badge and a summary of one page, which load nothing', async () => {
    const [badge, html] = [inFolder('badge.svg'), inFolder('summary.html')];
    await conformance('verify', good, '--badge', badge, '--html', html);
    expect(readFileSync(badge, 'utf8')).toMatch(
      /aria-label="nba pipeline contract \d+\.\d+\.\d+: \d+ requirements kept"/,
    );
    readXml(readFileSync(badge, 'utf8'));
    const ids = page(html).flatMap(({ attributes }) => attributes['id'] ?? []);
    for (const { name, attributes } of page(html))
      if (name === 'a') expect(ids).toContain(attributes['href']?.slice(1));
    expect(readFileSync(html, 'utf8')).toContain('revision 7');
    await conformance('verify', bad, '--badge', badge);
    expect(readFileSync(badge, 'utf8')).toMatch(/: \d+ failed"/);
  });
  test('a page of implementations: a column for each that is accepted, the reason for each that is refused', async () => {
    const certificates = inFolder('certificates');
    mkdirSync(certificates);
    for (const name of ['python', 'careless'])
      writeFileSync(path.join(certificates, `${name}.json`), made[name]?.text ?? '');
    writeFileSync(path.join(certificates, 'forged.json'), (made['python']?.text ?? '').replace(/.$/s, ' '));
    const html = inFolder('page.html');
    const { code, out, err } = await conformance('report', '--certificates', certificates, '--html', html);
    expect([code, err]).toEqual([1, expect.stringContaining('forged.json: refused: ')]);
    expect(out).toMatch(/careless\.json: .*\n.*python\.json: /);
    const columns = page(html).filter(
      ({ name, attributes }) => name === 'th' && attributes['scope'] === 'col',
    );
    expect(columns.map(({ text }) => text)).toEqual([
      'Requirement',
      'Level',
      'careless',
      'python-orchestrator',
    ]);
    expect(readFileSync(html, 'utf8')).toContain('<strong>Refused:</strong>');
    expect((await conformance('report', '--certificates', certificates)).err).toContain(
      'expects --html FILE',
    );
    expect((await conformance('report', '--certificates', 'nowhere', '--html', html)).code).toBe(2);
  });
  test('a badge of a result', async () => {
    const result = inFolder('result.json');
    const { out } = await conformance(
      'run',
      '--target',
      'tests/targets/careless/target.yaml',
      '--only',
      'fan-in-after-a-refused-publish@1',
      '--no-failures',
      '--json',
    );
    writeFileSync(result, out);
    await conformance('report', result, '--badge', inFolder('result.svg'));
    expect(readFileSync(inFolder('result.svg'), 'utf8')).toMatch(/: \d+ failed"/);
  }, 60_000);
});
