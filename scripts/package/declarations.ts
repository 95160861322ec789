import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ENTRIES = [
  'conformance/library/contract.ts',
  'conformance/library/cloud.ts',
  'conformance/library/testing.ts',
];

/**
 * Write the types of what `exports` of package.json leads to, and of all that they name.
 *
 * @throws {Error} with the compiler's words when a type cannot be written.
 */
export function writeDeclarations(root: string, folder: string): void {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options: house } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: ENTRIES },
    ts.sys,
    root,
  );
  const { tsBuildInfoFile: _file, incremental: _incremental, ...options } = house;
  const program = ts.createProgram(
    ENTRIES.map((file) => path.join(root, file)),
    {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      stripInternal: true,
      rootDir: root,
      outDir: folder,
    },
  );
  const { diagnostics } = program.emit(undefined, writeFor(folder));
  const problems = ts.formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  });
  if (problems !== '') throw new Error(`the types cannot be written:\n${problems}`);
  cpSync(path.join(root, 'generated/validators.d.mts'), path.join(folder, 'generated/validators.d.mts'));
}

/** The types name each other by the files that are there: `./models.js` stands for `./models.d.ts`. */
function writeFor(folder: string): ts.WriteFileCallback {
  return (file, text) => {
    if (!path.resolve(file).startsWith(path.resolve(folder))) return;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll(/((?:from|import\()\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
  };
}
