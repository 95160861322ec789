import { expect, test } from 'vitest';
import type { Document } from 'yaml';
import { anchorsIn, anchorsOnDisk } from '../../../scripts/contract/records/anchors.ts';
import { sourceProblems } from '../../../scripts/contract/rules/sources.ts';
import { expectFound } from '../breakage.ts';
import { realContract } from '../edited-contract.ts';

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
