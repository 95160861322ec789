/** What came of an audit, and the code that the program ends with. */
export interface Verdict {
  /** 0 nothing known against a package, 1 something is, 3 the registry did not answer, so nobody knows. */
  readonly exit_code: 0 | 1 | 3;
  readonly lines: readonly string[];
}

const SEVERITIES = ['critical', 'high', 'moderate', 'low', 'info'];

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Decide what the output of `npm audit --json` says.
 *
 * `isDeployed` tells the packages that count from those of the workshop.
 *
 * npm ends with 1 both when it found something and when the registry refused, so only its output tells them apart.
 */
export function decideVerdict(output: string, isDeployed: (name: string) => boolean = () => true): Verdict {
  const report = parse(output);
  const counts = objectAt(objectAt(report, 'metadata'), 'vulnerabilities');
  if (report === undefined || counts === undefined || typeof counts['total'] !== 'number')
    return noAnswer(report, output);
  const known = Object.entries(objectAt(report, 'vulnerabilities') ?? {}).filter(([name]) =>
    isDeployed(name),
  );
  if (known.length === 0)
    return { exit_code: 0, lines: ['audit: nothing is known against a package that is deployed'] };
  const count = (wanted: string): number =>
    known.filter(([, found]) => (found as JsonObject)['severity'] === wanted).length;
  const bySeverity = SEVERITIES.filter((severity) => count(severity) > 0);
  const summary = bySeverity.map((severity) => `${count(severity)} ${severity}`).join(', ');
  const packages = known.map(([name, found]) => {
    const { severity, range, fixAvailable } = found as JsonObject;
    return `  ${name} ${range}: ${severity}${fixAvailable === false ? ', no fix yet' : ', there is a fix'}`;
  });
  return {
    exit_code: 1,
    lines: [
      `audit: ${known.length} packages with known faults: ${summary}`,
      ...packages,
      'next: npm audit fix',
    ],
  };
}

function noAnswer(report: JsonObject | undefined, output: string): Verdict {
  const error = objectAt(report, 'error');
  const reason = report?.['message'] ?? error?.['summary'] ?? error?.['code'] ?? output.trim().split('\n')[0];
  return {
    exit_code: 3,
    lines: [
      `audit: NOT DONE, the registry gave no answer: ${String(reason || 'npm printed nothing').slice(0, 200)}`,
      'next: run it where the registry answers audits; this says nothing about the packages',
    ],
  };
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function objectAt(value: JsonObject | undefined, key: string): JsonObject | undefined {
  const inner = value?.[key];
  return typeof inner === 'object' && inner !== null ? (inner as JsonObject) : undefined;
}
