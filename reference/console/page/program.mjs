// Gives the program of the page as one script for a browser. Plain JavaScript, since a packed archive holds it built.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where an installed package has it. */
const BUILT = new URL('../../../lib/console-page.js', import.meta.url);

/**
 * Read the page's program: built ahead in a package, else bundled now from its sources.
 *
 * @returns {Promise<string>}
 */
export async function pageProgram() {
  if (existsSync(BUILT)) return readFileSync(BUILT, 'utf8');
  return bundlePage();
}

/**
 * Bundle the page's program from its sources.
 *
 * @returns {Promise<string>}
 */
export async function bundlePage() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('app/main.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    write: false,
    legalComments: 'none',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
