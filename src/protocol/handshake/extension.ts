// The grammar of Sec-WebSocket-Extensions (RFC 6455 §9.1) and the parameters of permessage-deflate (RFC 7692 §7).

import { type Field, type Head, once } from './handshake.ts';
import { areAllFit, fieldsOf, fieldValue } from './http-field.ts';

/** `at` and `end` are indexes into the text that was parsed, the end exclusive. */
export interface ExtensionParameter {
  readonly name: string;
  /** Unquoted; null where it has none. */
  readonly value: string | null;
  readonly quoted: boolean;
  readonly at: number;
  readonly end: number;
}

export interface Extension {
  readonly name: string;
  readonly at: number;
  readonly end: number;
  readonly parameters: readonly ExtensionParameter[];
}

export interface DeflateAgreement {
  readonly clientNoContextTakeover: boolean;
  readonly serverNoContextTakeover: boolean;
  /** Base-two logarithm of the window in octets, 8 to 15. */
  readonly clientMaxWindowBits: number;
  readonly serverMaxWindowBits: number;
}

const FIELD = 'Sec-WebSocket-Extensions';
const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const BLANKS = '[ \\t]*';
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
const NAME = new RegExp(`${BLANKS}(${TOKEN})${BLANKS}`, 'y');
const PARAMETER = new RegExp(`;${BLANKS}(${TOKEN})${BLANKS}(?:=${BLANKS}(?:(${TOKEN})|${QUOTED})${BLANKS})?`, 'y');

/** The extensions of a list, or where it stops making sense: an index into `value`. */
export function parseExtensions(value: string): {
  readonly extensions: readonly Extension[];
  readonly brokenAt: number | null;
} {
  const extensions: Extension[] = [];
  let at = 0;
  for (;;) {
    at = skipEmptyElements(value, at);
    if (at >= value.length) break;
    NAME.lastIndex = at;
    const name = NAME.exec(value);
    if (!name?.[1]) return { extensions, brokenAt: at };
    const read = parseParameters(value, NAME.lastIndex);
    const nameAt = at;
    at = read.end;
    extensions.push({ name: name[1], parameters: read.parameters, at: nameAt, end: endWithoutBlanks(value, at) });
    if (at < value.length && value[at] !== ',') return { extensions, brokenAt: at };
  }
  return { extensions, brokenAt: extensions.length === 0 ? 0 : null };
}

function skipEmptyElements(value: string, at: number): number {
  let next = at;
  while (next < value.length && ', \t'.includes(value[next] as string)) next++;
  return next;
}

function endWithoutBlanks(value: string, end: number): number {
  let last = end;
  while (last > 0 && ' \t'.includes(value[last - 1] as string)) last--;
  return last;
}

function parseParameters(value: string, start: number): { parameters: ExtensionParameter[]; end: number } {
  const parameters: ExtensionParameter[] = [];
  let end = start;
  for (;;) {
    PARAMETER.lastIndex = end;
    const match = PARAMETER.exec(value);
    if (!match?.[1]) return { parameters, end };
    const quoted = match[3] !== undefined;
    const content = match[2] ?? match[3]?.replace(/\\(.)/g, '$1') ?? null;
    const at = end + match[0].indexOf(match[1], 1);
    end = PARAMETER.lastIndex;
    parameters.push({ name: match[1], value: content, quoted, at, end: endWithoutBlanks(value, end) });
  }
}

export interface ExtensionLists {
  /** Of all lines; their places are octets of the head. */
  readonly extensions: readonly Extension[];
  /** The lines that stop making sense, and at which octet of the head. */
  readonly broken: readonly { readonly field: Field; readonly at: number; readonly end: number }[];
  /** The extensions are all that the lines list: none of them stops making sense, or is unfit to be judged. */
  readonly isWhole: boolean;
}

/** What the head's Sec-WebSocket-Extensions fields list. */
export const extensionsIn = once((head: Head): ExtensionLists => {
  const read = fieldsOf(head, FIELD).map((field) => {
    const value = fieldValue(head, field);
    return { field, value, ...parseExtensions(value.text) };
  });
  const extensions = read.flatMap(({ value, brokenAt, ...line }) =>
    line.extensions.map((extension) => moved(brokenAt === null ? extension : upTo(brokenAt, extension), value.at)),
  );
  const broken = read.flatMap(({ field, value, brokenAt }) =>
    brokenAt === null ? [] : [{ field, at: value.at + brokenAt, end: value.end }],
  );
  return { extensions, broken, isWhole: broken.length === 0 && areAllFit(head, FIELD) };
});

/** Without the parameter that the break may have torn apart. */
function upTo(brokenAt: number, extension: Extension): Extension {
  return { ...extension, parameters: extension.parameters.filter(({ end }) => end < brokenAt) };
}

function moved(extension: Extension, by: number): Extension {
  const parameters = extension.parameters.map((one) => ({ ...one, at: one.at + by, end: one.end + by }));
  return { ...extension, parameters, at: extension.at + by, end: extension.end + by };
}

/** What a permessage-deflate element of a response agrees on; a parameter that makes no sense counts as absent. */
export function deflateAgreement(element: Extension): DeflateAgreement {
  const has = (name: string) => element.parameters.some((parameter) => parameter.name === name);
  const bits = (name: string) => {
    const value = Number(element.parameters.find((parameter) => parameter.name === name)?.value ?? 15);
    return value >= 8 && value <= 15 ? value : 15;
  };
  return {
    clientNoContextTakeover: has('client_no_context_takeover'),
    serverNoContextTakeover: has('server_no_context_takeover'),
    clientMaxWindowBits: bits('client_max_window_bits'),
    serverMaxWindowBits: bits('server_max_window_bits'),
  };
}
