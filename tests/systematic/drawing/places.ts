import ts from 'typescript';

/** Where a piece of source stands, as far as the rules ask. */
export interface Place {
  readonly original: string;
  readonly function_name: string;
  /** The innermost statement around it that is no block, from its first word. */
  readonly statement: string;
  /** Names of the calls in whose arguments it stands, from the inside, such as `ports.log.info` or `new PipelineError`. */
  readonly calls: readonly string[];
}

/** A position in a file; line and column from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What finds places in one file. */
export type FindPlace = (start: Position, end: Position) => Place;

/** Read a file once, to find places in it. */
export function readPlaces(file: string, text: string): FindPlace {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  return (start, end) => {
    const from = source.getPositionOfLineAndCharacter(start.line, start.column);
    const to = source.getPositionOfLineAndCharacter(end.line, end.column);
    const around = nodesAround(source, from, to);
    return {
      original: text.slice(from, to),
      statement: around.find(isStatement)?.getText(source) ?? '',
      function_name: around.map(nameOf).find((name) => name !== undefined) ?? '(module)',
      calls: around
        .map((node, index) => callOf(node, around[index - 1]))
        .filter((name) => name !== undefined),
    };
  };
}

/** The nodes that contain a range, the innermost first. */
function nodesAround(source: ts.SourceFile, from: number, to: number): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (node.getStart(source) > from || node.getEnd() < to) return;
    found.unshift(node);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

function isStatement(node: ts.Node): boolean {
  const { FirstStatement, LastStatement } = ts.SyntaxKind;
  const is_declaration = ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node);
  return (node.kind >= FirstStatement && node.kind <= LastStatement) || is_declaration;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return undefined;
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return undefined;
}

/** The called function's name, for a node in the arguments of a call, not for the callee itself. */
function callOf(node: ts.Node, inner: ts.Node | undefined): string | undefined {
  if (inner === undefined) return undefined;
  if (ts.isCallExpression(node) && node.arguments.some((argument) => argument === inner)) {
    return node.expression.getText();
  }
  if (ts.isNewExpression(node) && node.arguments?.some((argument) => argument === inner) === true) {
    return `new ${node.expression.getText()}`;
  }
  return undefined;
}
