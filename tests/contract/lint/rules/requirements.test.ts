import { expect, test } from 'vitest';
import type { Document } from 'yaml';
import { anchorsIn, anchorsOnDisk } from '../../../../scripts/contract/records/anchors.ts';
import { compareVersions, frozenVersions } from '../../../../scripts/contract/records/frozen.ts';
import { requirementProblems, sourceProblems } from '../../../../scripts/contract/rules/requirements.ts';
import { type Breakage, expectFound } from '../../breakage.ts';
import { editedContract, realContract } from '../../edited-contract.ts';

const REQUIREMENTS: readonly Breakage[] = [
  {
    name: 'a requirement id of an unknown area',
    edit: (document) => document.setIn(['x-requirements', 'FAN-001'], requirement('Something else happens.')),
    says: 'got FAN-001',
    at: 'FAN-001',
  },
  {
    name: 'a requirement id with two digits',
    edit: (document) =>
      document.setIn(['x-requirements', 'FANIN-01'], requirement('Something else happens.')),
    says: 'got FANIN-01',
    at: 'FANIN-01',
  },
  {
    name: 'a requirement of a profile that nobody can claim',
    edit: (document) => document.setIn(['x-requirements', 'ACK-004', 'profile'], 'fan-out'),
    says: 'expected the profile of ACK-004 to be listed under x-profiles, got fan-out',
    at: 'profile: fan-out',
  },
  {
    name: 'a mention of a requirement that does not exist',
    edit: (document) => document.setIn(['channels', 'phase4Trigger', 'summary'], 'Sent under FANIN-999.'),
    says: 'expected a requirement of x-requirements, got FANIN-999',
    at: 'Sent under FANIN-999.',
  },
  {
    name: 'a requirement that repeats another',
    edit: (document) =>
      document.setIn(
        ['x-requirements', 'LIVE-999'],
        requirement(String(document.getIn(['x-requirements', 'ACK-004', 'sentence']))),
      ),
    says: 'expected LIVE-999 to ask something of its own, got the sentence of ACK-004',
    at: 'sentence:',
  },
  {
    name: 'a requirement that is younger than the contract',
    edit: (document) => {
      document.setIn(['info', 'version'], '1.9.0');
      document.setIn(['x-requirements', 'ACK-004', 'since'], '1.10.0');
    },
    says: 'expected ACK-004 to be asked since 1.9.0 or earlier, got since 1.10.0',
    at: 'since: 1.10.0',
  },
  {
    name: 'a requirement that slips into a released version',
    edit: (document) =>
      document.setIn(['x-requirements', 'LIVE-999'], {
        ...requirement('Something else happens.'),
        since: '1.0.0',
      }),
    says: 'expected LIVE-999 to be asked since a version later than 1.0.0, which is released without it',
    at: 'since: 1.0.0',
  },
  {
    name: 'the removal of a requirement of a released version',
    edit: (document) => document.deleteIn(['x-requirements', 'STATE-002']),
    says: 'expected STATE-002, which contract 1.0.0 asks, found none',
    at: 'x-requirements:',
  },
  {
    name: 'a released requirement that becomes stronger',
    edit: (document) => document.setIn(['x-requirements', 'FANIN-011', 'level'], 'MUST'),
    says: 'expected the level of FANIN-011 as contract 1.0.0 asks it, "SHOULD", got "MUST"',
    at: 'level: MUST',
  },
  {
    name: 'a released requirement in other words',
    edit: (document) => document.setIn(['x-requirements', 'ACK-004', 'sentence'], 'A duplicate is acked.'),
    says: 'expected the sentence of ACK-004 as contract 1.0.0 asks it',
    at: 'sentence: A duplicate is acked.',
  },
  {
    name: 'a released requirement of another profile',
    edit: (document) => document.setIn(['x-requirements', 'ACK-004', 'profile'], 'fan-in'),
    says: 'expected the profile of ACK-004 as contract 1.0.0 asks it, "message", got "fan-in"',
    at: 'profile: fan-in',
  },
  {
    name: 'a released requirement that claims to be new',
    edit: (document) => document.setIn(['x-requirements', 'ACK-004', 'since'], '1.1.0'),
    says: 'expected the since of ACK-004 as contract 1.0.0 asks it, "1.0.0 or earlier", got "1.1.0"',
    at: 'since: 1.1.0',
  },
];

function requirement(sentence: string) {
  return { level: 'MUST', profile: 'message', since: '1.1.0', sentence, source: 'Test' };
}

expectFound('requirements', (contract) => requirementProblems(contract, frozenVersions()), REQUIREMENTS);

test('contract 1.0.0 is on record with its 74 requirements, and is kept', () => {
  const [first] = frozenVersions();
  expect(first?.version).toBe('1.0.0');
  expect(Object.keys(first?.requirements ?? {}).length).toBe(74);
  expect(requirementProblems(realContract(), frozenVersions())).toEqual([]);
});

test('a new requirement of the version that is being worked on is free', () => {
  const contract = editedContract((document) => {
    document.setIn(['info', 'version'], '1.2.0');
    document.setIn(['x-requirements', 'LIVE-999'], {
      ...requirement('Something else happens.'),
      since: '1.2.0',
    });
  });
  expect(requirementProblems(contract, frozenVersions())).toEqual([]);
});

test('versions are compared number by number', () => {
  expect(compareVersions('1.9.0', '1.10.0')).toBeLessThan(0);
  expect(compareVersions('2.0.0', '1.10.0')).toBeGreaterThan(0);
  expect(compareVersions('1.1.0', '1.1.0')).toBe(0);
});

const cite = (source: string) => (document: Document) =>
  document.setIn(['x-requirements', 'ACK-004', 'source'], source);

expectFound('sources', (contract) => sourceProblems(contract, anchorsOnDisk), [
  {
    name: 'a source that is not in this repository',
    edit: cite('Plan: week 3'),
    says: 'expected the source of ACK-004 to be docs/PAGE.md#ANCHOR',
    at: 'source: "Plan: week 3"',
  },
  {
    name: 'a page that does not exist',
    edit: cite('docs/nowhere.md#the-fan-in'),
    says: 'cite a page of this repository, got docs/nowhere.md',
    at: 'docs/nowhere.md',
  },
  {
    name: 'a heading that does not exist',
    edit: cite('docs/promises.md#the-fan-out'),
    says: 'cite a heading of docs/promises.md, got #the-fan-out',
    at: '#the-fan-out',
  },
  {
    name: 'a section that the contract does not have',
    edit: cite('Contract: x-nothing'),
    says: 'name a section of this contract, got x-nothing',
    at: 'x-nothing',
  },
]);

test('every source of the contract can be read', () => {
  expect(sourceProblems(realContract(), anchorsOnDisk)).toEqual([]);
});

test('a heading is found by the anchor that it gets on the page, and one in an example is none', () => {
  const page = '# POST /start (`a.ts`)\n\n```sh\n# a comment\n```\n\n## Is it ready?\n\n## Is it ready?\n';
  expect(anchorsIn(page)).toEqual(['post-start-ats', 'is-it-ready', 'is-it-ready-1']);
});
