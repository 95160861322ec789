import ts from 'typescript';
import { isUse, type Taken, takenBy, takenInComments, takenInText } from './taken.ts';

/** What a file lends to others. */
export interface Export {
  readonly name: string;
  readonly kind: 'value' | 'type';
  readonly line: number;
  /** Whether its own file uses it elsewhere than in its declaration. */
  readonly is_used_here: boolean;
}

/** What a file lends and takes. */
export interface Module {
  readonly exports: readonly Export[];
  readonly taken: readonly Taken[];
}

/** Read a file's exports and imports from its syntax. */
export function moduleOf(path: string, text: string): Module {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const taken: Taken[] = path.endsWith('.mjs') ? takenInComments(text) : [];
  const declared: Omit<Export, 'is_used_here'>[] = [];
  /** Names that the file uses, but for a declaration that uses its own name. */
  const used = new Set<string>();

  const visit = (node: ts.Node, owner: readonly string[]): void => {
    const takes = takenBy(node, file);
    taken.push(...(takes === undefined ? takenInText(node) : [takes]));
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node) && isUse(node) && !owner.includes(node.text)) used.add(node.text);
    ts.forEachChild(node, (child) => visit(child, owner));
  };
  for (const statement of file.statements) {
    declared.push(...exportsOf(statement, file));
    visit(statement, namesOf(statement));
  }
  return {
    exports: declared.map((each) => ({ ...each, is_used_here: used.has(each.name) })),
    taken: taken.filter(({ from }) => from.startsWith('.')),
  };
}

function exportsOf(statement: ts.Statement, file: ts.SourceFile): readonly Omit<Export, 'is_used_here'>[] {
  const at = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  if (ts.isExportDeclaration(statement)) {
    const clause = statement.exportClause;
    if (clause === undefined || !ts.isNamedExports(clause)) return [];
    const isType = (each: ts.ExportSpecifier): boolean => statement.isTypeOnly || each.isTypeOnly;
    return clause.elements.map((each) => ({
      name: each.name.text,
      kind: isType(each) ? 'type' : 'value',
      line: at(each),
    }));
  }
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  const kind =
    ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ? 'type' : 'value';
  return namesOf(statement).map((name) => ({ name, kind, line: at(statement) }));
}

/** The names that a statement of a file declares. */
function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name));
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

function bound(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((each) => (ts.isBindingElement(each) ? bound(each.name) : []));
}
