// Secrets that are known by their shape, wherever they stand: tokens of well-known forms, private keys, what follows the
// name of a scheme, and the values of names that announce a secret, in queries, forms, JSON, XML, header lines and the
// common binary notations. Texts are one character an octet. Every pattern is bounded, so that a search takes time in
// proportion to the text, whatever the text is.

import { latin1Of } from '../model/octets.ts';
import { announcesSecret, isTrivial } from './secret-words.ts';

/** The end exclusive. */
export type Range = readonly [from: number, to: number];

/** Not inside a word; what an escape or a percent code ends is no word. */
const BOUNDARY = '(?:(?<![A-Za-z0-9_])|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\[nrtbf])|(?<=\\\\u[0-9A-Fa-f]{4}))';

const PREFIXES =
  'gh[opsur]_|github_pat_|glpat-|sk-|pk_|sk_|rk_|xox[a-z]-|xapp-|AKIA|ASIA|AIza|ya29\\.|npm_|hf_|pypi-|SG\\.|shp(?:at|ca|pa|ss)_|dop_v1_|whsec_|AGE-SECRET-KEY-';

/** Tokens that are known by their form. */
export const TOKEN_FORMS = new RegExp(`eyJ[\\w-]{6,}(?:\\.[\\w-]*){0,4}|${BOUNDARY}(?:${PREFIXES})[\\w.-]{8,}`, 'g');
/** The same where the log cuts them short. */
const CUT_FORMS = new RegExp(`(?:eyJ[\\w-]{0,5}|${BOUNDARY}(?:${PREFIXES})[\\w.-]{1,7})$`);
const CUT_REACH = 64;

/** What stands behind the name of a scheme. */
const SCHEMES = new RegExp(
  `${BOUNDARY}(bearer|basic|digest|negotiate|ntlm|token|api-?key)(?:[ \\t]+|%20|\\+)((?:[\\w.~+/=:-]|%[0-9a-f]{2}){6,}|[\\w.~+/=:-]{1,5}$)`,
  'gi',
);

/** What such a shape finds in any text, also in octets of which nobody knows what they are. */
export function tokensIn(text: string, isCut = false): Range[] {
  const found: Range[] = [...text.matchAll(TOKEN_FORMS)].map(({ 0: token, index }) => [index, index + token.length]);
  for (const { 0: whole, 1: scheme = '', 2: value = '', index } of text.matchAll(SCHEMES)) {
    const end = index + whole.length;
    if (value.length < 6 ? isCut : isCredential(scheme, value)) found.push([end - value.length, end]);
  }
  if (isCut) {
    const [token] = CUT_FORMS.exec(text.slice(-CUT_REACH)) ?? [];
    if (token !== undefined) found.push([text.length - token.length, text.length]);
  }
  return found;
}

/** Prose speaks of tokens and of basic things too; nothing but a credential looks like one. */
function isCredential(scheme: string, value: string): boolean {
  if (/^bearer$/i.test(scheme))
    return !/^(?:auth\w*|tokens?|realm\S*|scheme|error\S*|format|credentials?)$/i.test(value);
  return /\d|=|[a-z][A-Z]|%/.test(value) || value.length >= 20;
}

/** `isCut`: the text goes on beyond what is known. */
export function shapesIn(octets: Uint8Array, isCut = false): Range[] {
  const text = latin1Of(octets);
  return [...plainShapes(text, octets, isCut), ...codedIn(text)];
}

function plainShapes(text: string, octets: Uint8Array, isCut: boolean): Range[] {
  return [
    ...tokensIn(text, isCut),
    ...privateKeysIn(text),
    ...namedIn(text),
    ...grouped(text, USERINFO),
    ...grouped(text, ELEMENT),
    ...grouped(text, FORM_PART),
    ...(isPlainText(octets) ? [] : grouped(text, BINARY_MEMBER)),
  ];
}

interface Shape {
  /** Its second group is the secret and stands at its end, or before its third. */
  readonly pattern: RegExp;
  /** The first group is a name, and has to announce a secret. */
  readonly isNamed: boolean;
}

/** `//user:password@`, also percent-encoded, or with slashes escaped as JSON may. */
const USERINFO: Shape = {
  pattern: /(\\?\/\\?\/|%2F%2F)([^\s/@"'<>\\?#]{1,256})(@|%40)/gi,
  isNamed: false,
};
/** `<password>…`. */
const ELEMENT: Shape = {
  pattern: /<(?:[\w-]{1,32}:)?([\w.-]{1,64})(?:\s[^<>]{0,256})?>([^<]+)/g,
  isNamed: true,
};
/** A part of multipart/form-data. */
const FORM_PART: Shape = {
  pattern: /name="?([\w.[\]-]{1,64})"?[^\r\n]{0,200}\r?\n(?:[^\r\n]{1,200}\r?\n){0,8}\r?\n([^\r\n]+)/g,
  isNamed: true,
};
/** MessagePack, CBOR, BSON: a name, octets that say what comes, a text. */
const BINARY_MEMBER: Shape = {
  pattern:
    // biome-ignore lint/suspicious/noControlCharactersInRegex: lengths and types are such octets
    /(?<![A-Za-z0-9_])([A-Za-z][\w.-]{2,40})[\x00-\x08\x0e-\x1f\x80-\xff][\x00-\x1f\x80-\xff]{0,7}([\x20-\x7e]{4,})/g,
  isNamed: true,
};

function grouped(text: string, { pattern, isNamed }: Shape): Range[] {
  const found: Range[] = [];
  for (const { 0: whole, 1: name = '', 2: value = '', 3: after = '', index } of text.matchAll(pattern)) {
    const to = index + whole.length - after.length;
    if (!isNamed || announcesSecret(name)) found.push([to - value.length, to]);
  }
  return found;
}

function isPlainText(octets: Uint8Array): boolean {
  return octets.every((octet) => octet >= 0x20 || (octet >= 9 && octet <= 13)) && isUtf8(octets);
}

function isUtf8(octets: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(octets);
    return true;
  } catch {
    return false;
  }
}

const KEY_BEGINS = /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_ENDS = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY/g;
const OF_KEY = /[A-Za-z0-9+/=\s\\]/;

/** In PEM, with or without its beginning or its end. */
function privateKeysIn(text: string): Range[] {
  const found: Range[] = [];
  for (const { 0: line, index } of text.matchAll(KEY_BEGINS)) {
    const from = index + line.length;
    if (from < (found.at(-1)?.[1] ?? 0)) continue;
    const end = text.indexOf('-----END', from);
    found.push([from, end < 0 ? text.length : end]);
  }
  for (const { index } of text.matchAll(KEY_ENDS)) {
    let from = index;
    while (from > 0 && OF_KEY.test(text[from - 1] as string)) from--;
    if (from < index) found.push([from, index]);
  }
  return found;
}

/** A name, perhaps in quotes, and what sets it off from its value. */
const NAMED = new RegExp(
  `${BOUNDARY}([A-Za-z_$][\\w.$[\\]-]{0,63})(\\\\{0,8}["'\`]|%22|&quot;)?[ \\t]{0,4}(=>|=|:|%3D|%3A)[ \\t]{0,4}`,
  'gi',
);
const OPENING = /^(?:\\{0,8}["'`]|%22|&quot;)/i;
const LONGEST_OPENING = 9;

function namedIn(text: string): Range[] {
  const found: Range[] = [];
  NAMED.lastIndex = 0;
  for (let match = NAMED.exec(text); match; match = NAMED.exec(text)) {
    const [whole, name = '', closing, sign = ''] = match;
    const from = match.index + whole.length;
    const isPair = sign === '=' || /^%3D$/i.test(sign);
    if (!announcesSecret(name, isPair)) continue;
    const isMember = closing !== undefined;
    const ranges = valueAt(text, from, {
      isPair,
      isMember,
      isLine: !isPair && !isMember && (isLineStart(text, match.index) || OF_LISTS.test(name)),
    });
    found.push(...ranges.filter(([at, to]) => !isTrivial(name, text.slice(at, Math.min(to, at + 32)))));
    NAMED.lastIndex = Math.max(from, ranges.at(-1)?.[1] ?? 0);
  }
  return found;
}

/** Their values are lists. */
const OF_LISTS = /authori[sz]ation|cookie/i;

interface Naming {
  /** `name=value`, as in a query. */
  readonly isPair: boolean;
  /** The name stands in quotes. */
  readonly isMember: boolean;
  /** The value goes to the end of the line. */
  readonly isLine: boolean;
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n' || text[at - 1] === '\r' || text.slice(at - 2, at) === '\\n';
}

/** The secrets in the value that begins there. */
function valueAt(text: string, from: number, naming: Naming): Range[] {
  const [opening] = OPENING.exec(text.slice(from, from + LONGEST_OPENING)) ?? [];
  if (opening !== undefined) {
    const start = from + opening.length;
    return [[start + schemeAt(text, start), endOfQuoted(text, start, opening)]];
  }
  if (text[from] === '[' || text[from] === '{') return stringsIn(text, from);
  return [[from + schemeAt(text, from), endOfBare(text, from, naming)]];
}

/** The name of a scheme says something and is no secret. */
const SCHEME = /^(?:bearer|basic|digest|negotiate|ntlm|token|api-?key)(?:[ \t]+|%20|\+)(?=\S)/i;

function schemeAt(text: string, from: number): number {
  return SCHEME.exec(text.slice(from, from + 24))?.[0].length ?? 0;
}

const MOST_QUOTED = 16 << 10;

/** Where the quotes are escaped, one that is escaped deeper belongs to the value. Without an end, the line is the value. */
function endOfQuoted(text: string, from: number, opening: string): number {
  const isCoded = opening.startsWith('%') || opening.startsWith('&');
  const mark = isCoded ? opening : (opening.at(-1) as string);
  const depth = isCoded ? 0 : opening.length - 1;
  const most = from + MOST_QUOTED;
  for (let at = text.indexOf(mark, from); at >= 0 && at < most; at = text.indexOf(mark, at + 1)) {
    let slashes = 0;
    while (!isCoded && at - slashes > from && text[at - slashes - 1] === '\\') slashes++;
    if (slashes % (2 * (depth + 1)) === depth) return at - depth;
  }
  const line = text.indexOf('\n', from);
  return line < 0 ? text.length : line;
}

/** Without quotes: to the end of a pair, of a word, of a header line. */
function endOfBare(text: string, from: number, { isPair, isMember, isLine }: Naming): number {
  const start = from + schemeAt(text, from);
  const pattern = isPair ? PAIR_END : isLine ? LINE_END : isMember ? MEMBER_END : WORD_END;
  pattern.lastIndex = start;
  return pattern.exec(text)?.index ?? text.length;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they end a value
const PAIR_END = /[\s&;"'<>)\]}\x00-\x1f\x7f]|%26|%2526|,(?=\s|$)|\\(?=[nrt"'\\])/gi;
const LINE_END = /[\r\n\0]|\\[nr]/g;
const MEMBER_END = /[\s,}\]\\]/g;
const WORD_END = /[\s,;"'<>)\]}\0]/g;

const MOST_NESTED = 16 << 10;
const QUOTE = /\\{0,8}["']/g;

/** All strings of an array or object that are no names. */
function stringsIn(text: string, from: number): Range[] {
  const part = text.slice(from, from + MOST_NESTED);
  const end = from + endOfBrackets(part);
  const found: Range[] = [];
  QUOTE.lastIndex = from;
  for (let match = QUOTE.exec(text); match && match.index < end; match = QUOTE.exec(text)) {
    const [opening] = match;
    const at = match.index + opening.length;
    const to = endOfQuoted(text, at, opening);
    const behind = text.slice(to + opening.length, to + opening.length + 10);
    if (to > at && !/^\s{0,8}:/.test(behind)) found.push([at, to]);
    QUOTE.lastIndex = to + opening.length;
  }
  // What comes behind is looked at after it.
  return [...found, [end, end]];
}

function endOfBrackets(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && --depth === 0) return at + 1;
  }
  return text.length;
}

const CODED = /[A-Za-z0-9+/_-]{16,}={0,2}/g;

/** Words of hex or base64 that stand for a text with a secret in it: the word goes. */
function codedIn(text: string): Range[] {
  const found: Range[] = [];
  for (const { 0: word, index } of text.matchAll(CODED)) {
    const texts = [/^(?:[0-9a-f]{2})+$/i.test(word) ? Buffer.from(word, 'hex') : null, Buffer.from(word, 'base64')];
    const holds = texts.some(
      (octets) =>
        octets !== null &&
        octets.length >= 8 &&
        octets.subarray(0, 8).every((octet) => octet >= 0x20 && octet < 0x7f) &&
        plainShapes(latin1Of(octets), octets, false).some(([from, to]) => from < to),
    );
    if (holds) found.push([index, index + word.length]);
  }
  return found;
}
