/** A value that one schema allows and another refuses. */
export interface Finding {
  /** Of the field, such as `metadata.upstream[].processor`; empty for the whole. */
  readonly path: string;
  /** Such as `may be null`. */
  readonly what: string;
  /** False when this is possible and not decided. */
  readonly certain: boolean;
  /** True when the value stands under a name that nothing spoke of: an open object allowed it. */
  readonly open: boolean;
}

/** A finding that is certain. */
export function refusal(path: string, what: string): Finding {
  return { path, what, certain: true, open: false };
}

/** A finding that is possible. */
export function doubt(path: string, what: string): Finding {
  return { path, what, certain: false, open: false };
}

/** Give the path of a field below another. */
export function below(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

/** Write a finding as a sentence part, such as `status may be "skipped"`. */
export function findingText({ path, what }: Finding): string {
  return `${path === '' ? 'the message' : path} ${what}`;
}
