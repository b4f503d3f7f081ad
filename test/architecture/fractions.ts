import ts from 'typescript';

/** A place at which a binary fraction could come into being, and what it is. */
export interface Fraction {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly because: string;
}

/** Functions of Math that give a whole number for whole numbers, or make one of whatever they get. */
const WHOLE_MATH = new Set(['abs', 'ceil', 'floor', 'imul', 'max', 'min', 'sign', 'trunc']);
/** Those of them that make a whole number of a quotient. */
const ROUNDING_MATH = new Set(['ceil', 'floor', 'trunc']);
const READING = new Set(['Number', 'parseFloat']);
const METHODS = new Set(['toExponential', 'toFixed', 'toNumber', 'toPrecision']);

/**
 * Finds what can make a JavaScript number that is not whole, with the types that the compiler knows. Sums, differences, products,
 * remainders, lengths, places and times are whole where their operands are; a fraction needs one of these: its literal, a division
 * that is not rounded at once, a power, a function of Math beside the whole ones, text read as a number.
 */
export function fractionsIn(program: ts.Program, isLookedAt: (file: string) => boolean): readonly Fraction[] {
  const found: Fraction[] = [];
  const checker = program.getTypeChecker();
  for (const source of program.getSourceFiles()) {
    if (!isLookedAt(source.fileName)) continue;
    const visit = (node: ts.Node): void => {
      const because = fractionOf(node, checker);
      if (because !== undefined) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        found.push({ file: source.fileName, line: line + 1, code: node.getText(source), because });
      }
      node.forEachChild(visit);
    };
    visit(source);
  }
  return found;
}

function fractionOf(node: ts.Node, checker: ts.TypeChecker): string | undefined {
  if (ts.isNumericLiteral(node)) return Number.isInteger(Number(node.text)) ? undefined : 'a literal with a fraction';
  if (ts.isBinaryExpression(node)) return fractionOfOperator(node, checker);
  if (ts.isCallExpression(node)) return fractionOfCall(node, checker);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.PlusToken) {
    return isNumber(node.operand, checker) ? undefined : 'text read as a number';
  }
  return undefined;
}

const DIVISIONS = new Set([ts.SyntaxKind.SlashToken, ts.SyntaxKind.SlashEqualsToken]);
const POWERS = new Set([ts.SyntaxKind.AsteriskAsteriskToken, ts.SyntaxKind.AsteriskAsteriskEqualsToken]);

function fractionOfOperator(node: ts.BinaryExpression, checker: ts.TypeChecker): string | undefined {
  const { kind } = node.operatorToken;
  if (DIVISIONS.has(kind) && isNumber(node.left, checker) && !isRounded(node.parent)) {
    return 'a quotient that is not rounded at once';
  }
  return POWERS.has(kind) && isNumber(node.left, checker) && !isWholePower(node) ? 'a power' : undefined;
}

function fractionOfCall({ expression }: ts.CallExpression, checker: ts.TypeChecker): string | undefined {
  if (ts.isIdentifier(expression)) return READING.has(expression.text) ? 'text read as a number' : undefined;
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const { name, expression: object } = expression;
  if (object.getText() === 'Math') return WHOLE_MATH.has(name.text) ? undefined : `Math.${name.text}`;
  if (!METHODS.has(name.text)) return undefined;
  return name.text === 'toNumber' || isNumber(object, checker) ? `a number's ${name.text}` : undefined;
}

function isRounded(parent: ts.Node): boolean {
  if (!ts.isCallExpression(parent) || !ts.isPropertyAccessExpression(parent.expression)) return false;
  const { name, expression } = parent.expression;
  return expression.getText() === 'Math' && ROUNDING_MATH.has(name.text);
}

function isNumber(node: ts.Node, checker: ts.TypeChecker): boolean {
  const { flags } = checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(node));
  return (flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.Any)) !== 0;
}

/** A power that a reader sees to be whole. */
function isWholePower({ left, right }: ts.BinaryExpression): boolean {
  return ts.isNumericLiteral(left) && ts.isNumericLiteral(right);
}
