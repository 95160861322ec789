import { readFileSync } from 'node:fs';
import { type Document, parseDocument } from 'yaml';
import { type Contract, readContract } from '../../scripts/contract/contract.ts';

const TEXT = readFileSync(new URL('../../asyncapi.yaml', import.meta.url), 'utf8');

const PARSED = parseDocument(TEXT, { merge: true });

/** Read the contract of this repository. */
export function realContract(): Contract {
  return readContract(TEXT, 'asyncapi.yaml');
}

/** Edit a copy of the contract in memory; comments, anchors and the order of keys stay. */
export function editedContract(edit: (document: Document) => void): Contract {
  const document = PARSED.clone();
  edit(document);
  return readContract(String(document), 'asyncapi.yaml');
}

/** Give the text of one line of a contract. */
export function lineText(contract: Contract, line: number): string {
  return contract.text.split('\n')[line - 1] ?? '';
}
