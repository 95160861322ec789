/** Say what is wrong with one field. */
export interface Problem {
  /** Path of the field, such as `metadata.upstream[0].processor`; `(whole)` for the value itself. */
  readonly field: string;
  /** The accepted values in words. */
  readonly expected: string;
  /** What came, as JSON cut at 80 characters; `nothing` when the field is missing, `[…]` or `{…}` when it cannot be written. */
  readonly got: string;
}

/** One finding of a compiled validator. */
export interface Finding {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema?: unknown;
  readonly data?: unknown;
}

interface Candidate extends Problem {
  readonly depends_on: readonly string[];
}

/** Turn the findings of a validator into at most one readable problem per field, in the order of the findings. */
export function readableProblems(findings: readonly Finding[]): readonly Problem[] {
  const candidates = withoutBranches(findings).flatMap(candidateOf);
  const plain = new Set(candidates.filter((one) => one.depends_on.length === 0).map((one) => one.field));
  const told = new Set<string>();
  return candidates.flatMap(({ field, expected, got, depends_on }) => {
    const conditional = depends_on.length > 0;
    if (told.has(field)) return [];
    if (conditional && (plain.has(field) || depends_on.some((other) => plain.has(other)))) return [];
    told.add(field);
    return [{ field, expected, got }];
  });
}

/** Keep of a choice between schemas either what is wrong inside the value or the choice itself, whichever says more. */
function withoutBranches(findings: readonly Finding[]): readonly Finding[] {
  const choices = new Set(findings.filter(isChoice).map((finding) => finding.instancePath));
  const branchType = ({ keyword, instancePath }: Finding) => keyword === 'type' && choices.has(instancePath);
  const others = findings.filter((finding) => !isChoice(finding) && !branchType(finding));
  return findings.filter((finding) => {
    if (!isChoice(finding)) return !branchType(finding);
    return !others.some((other) => `${other.instancePath}/`.startsWith(`${finding.instancePath}/`));
  });
}

function isChoice(finding: Finding): boolean {
  return finding.keyword === 'oneOf' || finding.keyword === 'anyOf';
}

function candidateOf(finding: Finding): readonly Candidate[] {
  const { keyword, params, instancePath, data } = finding;
  if (keyword === 'if') return [];
  const schema = recordOf(finding.parentSchema);
  if (keyword === 'required') {
    const missing = String(params['missingProperty']);
    const expected = wordsOf(recordOf(recordOf(schema['properties'])[missing]));
    return [{ field: join(pathOf(instancePath), missing), expected, got: 'nothing', depends_on: [] }];
  }
  if (keyword === 'additionalProperties') {
    const extra = String(params['additionalProperty']);
    const field = join(pathOf(instancePath), extra);
    return [{ field, expected: 'no field of this name', got: shown(recordOf(data)[extra]), depends_on: [] }];
  }
  const above = pathOf(instancePath.slice(0, instancePath.lastIndexOf('/')));
  const depends_on = listOf(schema['x-depends-on']).map((field) => join(above, field));
  return [
    { field: pathOf(instancePath) || '(whole)', expected: wordsOf(schema), got: shown(data), depends_on },
  ];
}

function wordsOf(schema: Readonly<Record<string, unknown>>): string {
  return String(schema['x-expected'] ?? 'a value');
}

function pathOf(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, step) => (/^\d+$/.test(step) && path !== '' ? `${path}[${step}]` : join(path, step)), '');
}

function join(path: string, field: string): string {
  const name = /^[\w-]+$/.test(field) ? field : JSON.stringify(field);
  return path === '' ? name : `${path}.${name}`;
}

function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** A value may be nested deeper than the call stack, or hold itself. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Array.isArray(value) ? '[…]' : '{…}';
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
