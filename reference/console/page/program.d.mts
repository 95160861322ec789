/** Read the page's program: built ahead in a package, else bundled now from its sources. */
export function pageProgram(): Promise<string>;
/** Bundle the page's program from its sources. */
export function bundlePage(): Promise<string>;
