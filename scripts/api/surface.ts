import path from 'node:path';
import ts from 'typescript';

/** One declaration that an importer can see. */
export interface Visible {
  readonly name: string;
  /** Without comments, as TypeScript prints it. */
  readonly text: string;
}

/** What one entry of the package shows. */
export interface Surface {
  /** By name. */
  readonly exported: readonly Visible[];
  /** What the exported declarations name and do not export; by name. */
  readonly named: readonly Visible[];
}

/** A constant that is longer holds facts of the contract: their names are printed, and asyncapi.yaml has the rest. */
const LINES_MAX = 60;

/**
 * Read what an importer of a declaration file sees.
 *
 * @param folder  holds all declarations of this repository; what lies elsewhere is somebody else's and only named.
 * @param entry   the declaration file of the entry, below the folder.
 */
export function surfaceOf(folder: string, entry: string): Surface {
  const file = path.join(folder, entry);
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: [],
    noLib: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file}: expected a module with exports, found none`);
  const own = (symbol: ts.Symbol): readonly ts.Declaration[] =>
    (symbol.declarations ?? []).filter(
      (one) => isBelow(folder, one.getSourceFile().fileName) && isTopLevel(one),
    );
  const exported = new Set(checker.getExportsOfModule(module).map((symbol) => target(checker, symbol)));
  const named = new Set<ts.Symbol>();
  const waiting = [...exported];
  for (let symbol = waiting.pop(); symbol !== undefined; symbol = waiting.pop()) {
    for (const found of own(symbol).flatMap((declaration) => namesIn(checker, declaration))) {
      if (exported.has(found) || named.has(found) || own(found).length === 0) continue;
      named.add(found);
      waiting.push(found);
    }
  }
  return { exported: printed(exported, own), named: printed(named, own) };
}

function target(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function namesIn(checker: ts.TypeChecker, node: ts.Node): readonly ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (one: ts.Node): void => {
    const symbol = ts.isIdentifier(one) ? checker.getSymbolAtLocation(one) : undefined;
    if (symbol !== undefined) found.push(target(checker, symbol));
    ts.forEachChild(one, visit);
  };
  visit(node);
  return found;
}

function printed(
  symbols: ReadonlySet<ts.Symbol>,
  own: (symbol: ts.Symbol) => readonly ts.Declaration[],
): readonly Visible[] {
  return [...symbols]
    .map((symbol) => ({ name: symbol.name, text: own(symbol).map(textOf).join('\n') }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function textOf(declaration: ts.Declaration): string {
  const is_variable = ts.isVariableDeclaration(declaration);
  const node = is_variable ? declaration.parent.parent : declaration;
  const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });
  const text = printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
  if (!is_variable || text.split('\n').length <= LINES_MAX) return text;
  const { name, type } = declaration;
  const members = type !== undefined && ts.isTypeLiteralNode(type) ? type.members : [];
  const keys = members.map((member) => `    readonly ${member.name?.getText() ?? '…'}: …;`);
  const inside = keys.length === 0 ? ['    …;'] : keys;
  return [`export declare const ${name.getText()}: {`, ...inside, '};'].join('\n');
}

function isTopLevel(declaration: ts.Declaration): boolean {
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.isSourceFile(node.parent);
}

function isBelow(folder: string, file: string): boolean {
  return path.resolve(file).startsWith(`${path.resolve(folder)}${path.sep}`);
}
