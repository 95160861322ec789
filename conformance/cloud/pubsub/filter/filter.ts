/** A condition on the attributes of a message. */
export type Filter =
  | { readonly kind: 'has'; readonly key: string }
  | { readonly kind: 'equals' | 'has_prefix'; readonly key: string; readonly value: string }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] };

/** Tells whether a message with these attributes passes. A key that is not set equals nothing and begins with nothing. */
export function passes(filter: Filter, attributes: Readonly<Record<string, string>>): boolean {
  switch (filter.kind) {
    case 'has':
      return Object.hasOwn(attributes, filter.key);
    case 'equals':
      return attributeOf(attributes, filter.key) === filter.value;
    case 'has_prefix':
      return attributeOf(attributes, filter.key)?.startsWith(filter.value) === true;
    case 'not':
      return !passes(filter.filter, attributes);
    case 'and':
      return filter.filters.every((each) => passes(each, attributes));
    case 'or':
      return filter.filters.some((each) => passes(each, attributes));
  }
}

function attributeOf(attributes: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined;
}
