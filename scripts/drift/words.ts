import type { Finding } from './finding.ts';

/** Say the findings, one per line with what to do about it below. */
export function driftInWords(findings: readonly Finding[], title: string): string {
  if (findings.length === 0) return `${title} is what the contract says.`;
  const lines = findings.flatMap(({ drift, what, todo }) => [
    `  ${drift.padEnd(9)} ${what}`,
    `            ${todo}`,
  ]);
  return [`${title} is not what the contract says:`, '', ...lines, '', `${findings.length} found.`].join(
    '\n',
  );
}
