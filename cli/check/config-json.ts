// JSON with the line of each value, so that what is wrong with a setting can be pointed at. Comments are not JSON.

import { InputError } from '../../src/model/errors.ts';

export interface JsonNode {
  /** As JSON.parse has it; of lists and objects only what is in `items` and `members`. */
  readonly value: unknown;
  /** From 1. */
  readonly line: number;
  readonly items: readonly JsonNode[] | null;
  readonly members: readonly JsonMember[] | null;
}

interface JsonMember {
  readonly name: string;
  /** Of the name. */
  readonly line: number;
  readonly node: JsonNode;
}

const MOST_DEPTH = 50;
const TOKEN = /\s*("(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:])/y;

/** Throws an `InputError` with the line where the text is no JSON. */
export function jsonWithLines(file: string, text: string): JsonNode {
  const reader = { file, text, at: 0, line: 1 };
  const node = valueIn(reader, next(reader), 0);
  const rest = text.slice(reader.at);
  reader.line += (/^\s*/.exec(rest)?.[0].split('\n').length ?? 1) - 1;
  if (/\S/.test(rest)) throw wrong(reader, 'something follows the end');
  return node;
}

interface ConfigReader {
  readonly file: string;
  readonly text: string;
  at: number;
  line: number;
}

function wrong({ file, line }: ConfigReader, says: string): InputError {
  return new InputError(file, null, `line ${line}: ${says}`);
}

function next(reader: ConfigReader): string {
  TOKEN.lastIndex = reader.at;
  const found = TOKEN.exec(reader.text);
  const skipped = found?.[0] ?? /^\s*/.exec(reader.text.slice(reader.at))?.[0] ?? '';
  reader.line += skipped.split('\n').length - 1;
  if (!found) {
    const rest = reader.text.slice(reader.at).trimStart();
    throw wrong(reader, rest === '' ? 'the JSON breaks off' : `no JSON: ${rest.slice(0, 20).split('\n')[0]}`);
  }
  reader.at = TOKEN.lastIndex;
  return found[1] as string;
}

function valueIn(reader: ConfigReader, token: string, depth: number): JsonNode {
  const { line } = reader;
  if (depth > MOST_DEPTH) throw wrong(reader, 'nested too deeply');
  if (token === '{') return { value: {}, line, items: null, members: membersIn(reader, depth) };
  if (token === '[') return { value: [], line, items: itemsIn(reader, depth), members: null };
  try {
    return { value: JSON.parse(token), line, items: null, members: null };
  } catch {
    throw wrong(reader, `no value: ${token}`);
  }
}

function membersIn(reader: ConfigReader, depth: number): JsonMember[] {
  const members: JsonMember[] = [];
  for (let token = next(reader); token !== '}'; ) {
    if (!token.startsWith('"')) throw wrong(reader, `a name in quotes is wanted before ${token}`);
    const { line } = reader;
    const { value } = valueIn(reader, token, depth + 1);
    const name = String(value);
    if (next(reader) !== ':') throw wrong(reader, `a colon is missing after ${token}`);
    if (members.some((member) => member.name === name)) throw wrong(reader, `${token} stands there twice`);
    members.push({ name, line, node: valueIn(reader, next(reader), depth + 1) });
    token = following(reader, '}');
  }
  return members;
}

function itemsIn(reader: ConfigReader, depth: number): JsonNode[] {
  const items: JsonNode[] = [];
  for (let token = next(reader); token !== ']'; ) {
    items.push(valueIn(reader, token, depth + 1));
    token = following(reader, ']');
  }
  return items;
}

/** Behind an item: the end, or the first token behind a comma. */
function following(reader: ConfigReader, end: string): string {
  const token = next(reader);
  if (token === end) return token;
  if (token !== ',') throw wrong(reader, `a comma is missing before ${token}`);
  const after = next(reader);
  if (after === end) throw wrong(reader, `a comma too many before ${end}`);
  return after;
}
