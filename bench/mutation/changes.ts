// Where a source can be changed so that a test ought to notice: the changes that Stryker makes, without those of object
// literals, which rarely compile, and with one of numbers, because octets are counted here.

import { parseAst } from 'vitest/node';

export interface Change {
  readonly start: number;
  readonly end: number;
  /** What stands there instead; null for a block that is empty or a statement that is missing. */
  readonly replacement: string | null;
}

/** What is asked of a node of the syntax tree, whatever its type. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly operator?: string;
  readonly value?: unknown;
  readonly regex?: unknown;
  readonly computed?: boolean;
  readonly left?: Node;
  readonly right?: Node;
  readonly test?: Node | null;
  readonly callee?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly key?: Node;
  readonly name?: string;
  readonly body?: Node | readonly Node[];
  readonly elements?: readonly Node[];
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '==': ['!='],
  '!=': ['=='],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '<<=': ['>>='],
  '>>=': ['<<='],
  '>>>=': ['<<='],
  '&=': ['|='],
  '|=': ['&='],
  '^=': ['&='],
  '??=': ['='],
  '||=': ['='],
  '&&=': ['='],
};
const CONDITIONAL = /^(If|Conditional|While|DoWhile|For)(Statement|Expression)$/;
const LOOP = /^(While|DoWhile|For)/;
const ANSWERS = /^([<>]=?|[!=]==?|&&|\|\|)$/;

/** Methods, and those that take their place; null leaves the call out. */
const METHODS: Readonly<Record<string, string | null>> = {
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  some: 'every',
  every: 'some',
  find: 'findLast',
  findLast: 'find',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  min: 'max',
  max: 'min',
  toLowerCase: 'toUpperCase',
  toUpperCase: 'toLowerCase',
  filter: null,
  slice: null,
  subarray: null,
  sort: null,
  reverse: null,
  toReversed: null,
  trim: null,
};

/** What may be changed inside a regular expression. */
const REGEX_PARTS: readonly (readonly [RegExp, string])[] = [
  [/^\^/, ''],
  [/\$$/, ''],
  [/\[\^/, '['],
  [/\[(?!\^)/, '[^'],
  [/(?<!\\)[+*]\??/, ''],
  [/\\d/, '\\D'],
  [/\\s/, '\\S'],
];

/** Keys under which no code stands that runs. */
const NO_CODE = new Set([
  'typeAnnotation',
  'typeArguments',
  'typeParameters',
  'returnType',
  'superTypeArguments',
  'quasi',
]);
const NO_CODE_TYPES = /^(Import|ExportAll|TS(?!AsExpression|SatisfiesExpression|NonNullExpression))/;

/** The changes of a source. Examples of a rule are tests already, so they stay as they are. */
export function changesOf(source: string): Change[] {
  const found: Change[] = [];
  walk(parseAst(source, { lang: 'ts' }, 'source.ts') as unknown as Node, (node) => {
    const add = ({ start, end }: Node, replacement: string | null): void => {
      if (source.slice(start, end) !== replacement) found.push({ start, end, replacement });
    };
    for (const replacement of REPLACEMENTS[node.type]?.(node, (from, to) => source.slice(from, to)) ?? [])
      add(node, replacement);
    if (CONDITIONAL.test(node.type) && node.test && !ANSWERS.test(node.test.operator ?? '')) {
      add(node.test, 'false');
      if (!LOOP.test(node.type)) add(node.test, 'true');
    }
    for (const statement of statementsOf(node)) add(statement, null);
  });
  return found.toSorted((a, b) => a.start - b.start || b.end - a.end);
}

function walk(node: Node, seen: (node: Node) => void): void {
  if (NO_CODE_TYPES.test(node.type)) return;
  if (node.type === 'Property' && node.key?.name === 'examples') return;
  seen(node);
  for (const [key, child] of Object.entries(node)) {
    if (NO_CODE.has(key) || (key === 'key' && !node.computed)) continue;
    for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) walk(one, seen);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

type Text = (from: number, to: number) => string;
type Replacements = (node: Node, text: Text) => readonly string[];

function otherOperators({ start, end, operator = '', left, right }: Node, text: Text): string[] {
  if (!left || !right) return [];
  // Between the operands: they may stand in parentheses.
  const between = text(left.end, right.start);
  const swapped = (OPERATORS[operator] ?? []).map(
    (other) => text(start, left.end) + between.replace(operator, other) + text(right.start, end),
  );
  return ANSWERS.test(operator) ? [...swapped, 'true', 'false'] : swapped;
}

function otherLiterals({ start, end, value, regex }: Node, text: Text): string[] {
  if (regex) {
    const [, body = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(text(start, end)) ?? [];
    return REGEX_PARTS.filter(([part]) => part.test(body)).map(
      ([part, other]) => `/${body.replace(part, other) || '(?:)'}/${flags}`,
    );
  }
  if (typeof value === 'boolean') return [String(!value)];
  if (typeof value === 'number') return [String(value + 1)];
  if (typeof value === 'string') return [value === '' ? "'mutant'" : "''"];
  return [];
}

function otherCalls({ start, end, callee }: Node, text: Text): string[] {
  const { object, property, computed } = callee ?? {};
  if (!object || !property?.name || computed || !Object.hasOwn(METHODS, property.name)) return [];
  const called = text(start, property.start);
  const other = METHODS[property.name];
  return [other ? called + other + text(property.end, end) : called.replace(/\??\.\s*$/, '')];
}

function otherArrows({ start, end, body }: Node, text: Text): string[] {
  if (!isNode(body) || body.type === 'BlockStatement') return [];
  const head = text(start, body.start).replace(/\(\s*$/, '');
  return text(body.start, end) === 'undefined' ? [] : [`${head}undefined`];
}

const REPLACEMENTS: Readonly<Record<string, Replacements>> = {
  BinaryExpression: otherOperators,
  LogicalExpression: otherOperators,
  AssignmentExpression: otherOperators,
  UnaryExpression: ({ start, end, operator = '' }, text) => ('-!~'.includes(operator) ? [text(start + 1, end)] : []),
  UpdateExpression: ({ start, end }, text) => [
    text(start, end).replace(/\+\+|--/, (operator) => (operator === '++' ? '--' : '++')),
  ],
  Literal: otherLiterals,
  TemplateLiteral: () => ["''"],
  ArrayExpression: ({ elements = [] }) => (elements.length > 0 ? ['[]'] : []),
  CallExpression: otherCalls,
  ArrowFunctionExpression: otherArrows,
};

/** Blocks that could be empty, and in longer ones the calls and assignments that could be missing. */
function statementsOf(node: Node): readonly Node[] {
  if (node.type !== 'BlockStatement' || !Array.isArray(node.body) || node.body.length === 0) return [];
  const body: readonly Node[] = node.body;
  return [node, ...(body.length > 1 ? body.filter(({ type }) => type === 'ExpressionStatement') : [])];
}
