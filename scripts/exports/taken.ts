import ts from 'typescript';

/** What a file takes from another one: names, or all of them where it cannot be told which. */
export interface Taken {
  /** A relative path, as it is written in the import. */
  readonly from: string;
  /** What the path is relative to: the file, or the repository's root for code that stands in a text. */
  readonly base: 'file' | 'root';
  readonly names: readonly string[] | 'all';
}

/** Read what one piece of a file's syntax takes from another file, if it does. */
export function takenBy(node: ts.Node, file: ts.SourceFile): Taken | undefined {
  if (ts.isImportDeclaration(node)) return takenByImport(node, file);
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) return takenByExport(node);
  if (ts.isImportTypeNode(node)) return takenByType(node);
  const isImportCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImportCall ? takenByCall(node, file) : undefined;
}

/** Tell whether an identifier stands for what it names, and is no declaration and no name of a property. */
export function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  // What leaves its file under another name is used there.
  if (ts.isExportSpecifier(parent))
    return (parent.propertyName ?? parent.name) === node && parent.propertyName !== undefined;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  const declaration = parent as ts.NamedDeclaration;
  return declaration.name !== node;
}

function takenByImport(node: ts.ImportDeclaration, file: ts.SourceFile): Taken {
  const from = textOf(node.moduleSpecifier);
  const clause = node.importClause;
  const names = clause?.name === undefined ? [] : ['default'];
  const bindings = clause?.namedBindings;
  if (bindings === undefined) return { from, base: 'file', names };
  if (ts.isNamespaceImport(bindings))
    return { from, base: 'file', names: membersOf(bindings.name.text, file) };
  return {
    from,
    base: 'file',
    names: [...names, ...bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)],
  };
}

function takenByExport(node: ts.ExportDeclaration): Taken {
  const from = textOf(node.moduleSpecifier);
  const clause = node.exportClause;
  if (clause === undefined || !ts.isNamedExports(clause)) return { from, base: 'file', names: 'all' };
  return {
    from,
    base: 'file',
    names: clause.elements.map(({ name, propertyName }) => (propertyName ?? name).text),
  };
}

function takenByType(node: ts.ImportTypeNode): Taken {
  const from = ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : '';
  if (node.qualifier === undefined) return { from, base: 'file', names: 'all' };
  let first: ts.EntityName = node.qualifier;
  while (ts.isQualifiedName(first)) first = first.left;
  return { from, base: 'file', names: [first.text] };
}

/** `const { a } = await import(…)`, `(await import(…)).a`, or one of several in a `Promise.all` that is taken apart. */
function takenByCall(node: ts.CallExpression, file: ts.SourceFile): Taken {
  const from = textOf(node.arguments[0]);
  let value: ts.Node = outermost(node);
  let place: number | undefined;
  const list = value.parent;
  if (ts.isArrayLiteralExpression(list) && isAll(list.parent)) {
    place = list.elements.indexOf(value as ts.Expression);
    value = outermost(list.parent);
  }
  const { parent } = value;
  if (ts.isPropertyAccessExpression(parent) && parent.name.text !== 'then') {
    return { from, base: 'file', names: place === undefined ? [parent.name.text] : 'all' };
  }
  if (!ts.isVariableDeclaration(parent)) return { from, base: 'file', names: 'all' };
  if (place === undefined) return { from, base: 'file', names: namesTaken(parent.name, file) };
  const binding = ts.isArrayBindingPattern(parent.name) ? parent.name.elements[place] : undefined;
  if (binding === undefined || !ts.isBindingElement(binding)) return { from, base: 'file', names: 'all' };
  return { from, base: 'file', names: namesTaken(binding.name, file) };
}

/** Steps out of `await` and brackets. */
function outermost(node: ts.Node): ts.Node {
  let value = node;
  while (ts.isAwaitExpression(value.parent) || ts.isParenthesizedExpression(value.parent))
    value = value.parent;
  return value;
}

function isAll(node: ts.Node): boolean {
  return ts.isCallExpression(node) && node.expression.getText() === 'Promise.all';
}

function namesTaken(name: ts.BindingName, file: ts.SourceFile): readonly string[] | 'all' {
  if (ts.isIdentifier(name)) return membersOf(name.text, file);
  if (!ts.isObjectBindingPattern(name) || name.elements.some(({ dotDotDotToken }) => dotDotDotToken))
    return 'all';
  return name.elements.map((each) => (each.propertyName ?? each.name).getText());
}

/** The members of a module that a file names; all of them when it hands the module on as a whole. */
function membersOf(name: string, file: ts.SourceFile): readonly string[] | 'all' {
  const members: string[] = [];
  let isWhole = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name && !ts.isNamespaceImport(node.parent) && isUse(node)) {
      if (ts.isPropertyAccessExpression(node.parent)) members.push(node.parent.name.text);
      else if (ts.isQualifiedName(node.parent)) members.push(node.parent.right.text);
      else isWhole = true;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return isWhole ? 'all' : members;
}

/** List what code takes that stands in a text and is written into another folder: a program that a build makes. */
export function takenInText(node: ts.Node): readonly Taken[] {
  if (!ts.isStringLiteralLike(node)) return [];
  return [...node.text.matchAll(/import \{([^}]+)\} from '([^']+)'/g)].map(([, names = '', from = '']) => ({
    from,
    names: names.split(',').map((name) => name.trim().replace(/ as .*/, '')),
    base: 'root',
  }));
}

/** List what JavaScript takes in comments for its types: `import('./marked.mjs').Marked`. */
export function takenInComments(text: string): Taken[] {
  return [...text.matchAll(/import\('([^']+)'\)\.(\w+)/g)].map(([, from = '', name = '']) => ({
    from,
    names: [name],
    base: 'file',
  }));
}

function textOf(node: ts.Node | undefined): string {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : '';
}
