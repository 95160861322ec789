/**
 * Says whether a stored document can be read, by its path and value; a document that cannot is left out as if it were not
 * there. Services trust what they wrote; an operator's command reads what anybody wrote.
 */
export type DocumentCheck = (path: string, value: unknown) => boolean;

/** Trusts every document. */
export const TRUSTED: DocumentCheck = () => true;
