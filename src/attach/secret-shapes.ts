// Secrets that are known by their shape, wherever they stand: tokens of well-known forms, private keys, what follows the
// name of a scheme, and the values of names that announce a secret, in queries, forms, JSON, XML, header lines and the
// common binary notations. Texts are one character an octet. Every pattern is bounded, so that a search takes time in
// proportion to the text, whatever the text is.

import { latin1Of } from '../model/octets.ts';
import { namedIn } from './named-values.ts';
import { announcesSecret, BOUNDARY, type TextRange } from './secret-words.ts';

const PREFIXES =
  'gh[opsur]_|github_pat_|glpat-|sk-|pk_|sk_|rk_|xox[a-z]-|xapp-|AKIA|ASIA|AIza|ya29\\.|npm_|hf_|pypi-|SG\\.|shp(?:at|ca|pa|ss)_|dop_v1_|whsec_|AGE-SECRET-KEY-';

/** How tokens begin that are known by their form: a JWT anywhere, the others not inside a word. */
const TOKEN_BEGINS = new RegExp(`eyJ(?=[\\w-]{6})|(?:${PREFIXES})(?=[\\w.-]{8})`, 'g');
const JWT = /eyJ[\w-]{6,}(?:\.[\w-]*){0,4}/y;
const TOKEN = /[\w.-]+/y;
/** The same where the log cuts them short. */
const CUT_FORMS = new RegExp(`(?:eyJ[\\w-]{0,5}|${BOUNDARY}(?:${PREFIXES})[\\w.-]{1,7})$`);
const CUT_REACH = 64;

/** What stands behind the name of a scheme. */
const SCHEMES =
  /(bearer|basic|digest|negotiate|ntlm|token|api-?key)(?:[ \t]+|%20|\+)((?:[\w.~+/=:-]|%[0-9a-f]{2}){6,}|[\w.~+/=:-]{1,5}$)/gi;

/** What such a shape finds in any text, also in octets of which nobody knows what they are. */
export function tokensIn(text: string, isCut = false): TextRange[] {
  const found = tokenForms(text);
  for (const { 0: whole, 1: scheme = '', 2: value = '', index } of text.matchAll(SCHEMES)) {
    const end = index + whole.length;
    if (!isBoundary(text, index)) continue;
    if (value.length < 6 ? isCut : isCredential(scheme, value)) found.push([end - value.length, end]);
  }
  if (isCut) {
    const [token] = CUT_FORMS.exec(text.slice(-CUT_REACH)) ?? [];
    if (token !== undefined) found.push([text.length - token.length, text.length]);
  }
  return found;
}

function tokenForms(text: string): TextRange[] {
  const found: TextRange[] = [];
  TOKEN_BEGINS.lastIndex = 0;
  for (let match = TOKEN_BEGINS.exec(text); match; match = TOKEN_BEGINS.exec(text)) {
    const { 0: begin, index } = match;
    if (begin !== 'eyJ' && !isBoundary(text, index)) {
      TOKEN_BEGINS.lastIndex = index + 1;
      continue;
    }
    const form = begin === 'eyJ' ? JWT : TOKEN;
    form.lastIndex = index;
    const [token = ''] = form.exec(text) ?? [];
    found.push([index, index + token.length]);
    TOKEN_BEGINS.lastIndex = index + token.length;
  }
  return found;
}

const AT_BOUNDARY = new RegExp(`${BOUNDARY}`, 'y');

/** Asked behind a match: in front of it, it would make the search slow. */
function isBoundary(text: string, at: number): boolean {
  AT_BOUNDARY.lastIndex = at;
  return AT_BOUNDARY.test(text);
}

/** Prose speaks of tokens and of basic things too; nothing but a credential looks like one. */
function isCredential(scheme: string, value: string): boolean {
  if (/^bearer$/i.test(scheme))
    return !/^(?:auth\w*|tokens?|realm\S*|scheme|error\S*|format|credentials?)$/i.test(value);
  return /\d|=|[a-z][A-Z]|%/.test(value) || value.length >= 20;
}

/** Octets that are looked at together: a pattern that runs over many more may use up the engine's stack. */
const PIECE = 1 << 20;
/** Longer than any secret, and what stands around it. */
const OVERLAP = 1 << 15;

/** `isCut`: the text goes on beyond what is known. */
export function shapesIn(octets: Uint8Array, isCut = false): TextRange[] {
  if (octets.length <= PIECE + OVERLAP) return shapesOfPiece(octets, isCut);
  const found: TextRange[] = [];
  for (let at = 0; at < octets.length; at += PIECE) {
    const piece = octets.subarray(at, at + PIECE + OVERLAP);
    const isLast = at + piece.length >= octets.length;
    for (const [from, to] of shapesOfPiece(piece, isCut || !isLast)) found.push([at + from, at + to]);
  }
  return found;
}

function shapesOfPiece(octets: Uint8Array, isCut: boolean): TextRange[] {
  const text = latin1Of(octets);
  return [...plainShapes(text, octets, isCut), ...codedIn(text)];
}

function plainShapes(text: string, octets: Uint8Array, isCut: boolean): TextRange[] {
  return [
    ...tokensIn(text, isCut),
    ...privateKeysIn(text),
    ...namedIn(text),
    ...grouped(text, USERINFO),
    ...grouped(text, ELEMENT),
    ...grouped(text, FORM_PART),
    ...(isPlainText(octets) ? [] : [...grouped(text, BINARY_MEMBER), ...cborIn(text)]),
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
/** MessagePack, BSON: a name, octets that say what comes, a text. */
const BINARY_MEMBER: Shape = {
  pattern:
    // biome-ignore lint/suspicious/noControlCharactersInRegex: lengths and types are such octets
    /(?<![A-Za-z0-9_])([A-Za-z][\w.-]{2,40})[\x00-\x08\x0e-\x1f\x80-\xff][\x00-\x1f\x80-\xff]{0,7}([\x20-\x7e]{4,})/g,
  isNamed: true,
};

function grouped(text: string, { pattern, isNamed }: Shape): TextRange[] {
  const found: TextRange[] = [];
  for (const { 0: whole, 1: name = '', 2: value = '', 3: after = '', index } of text.matchAll(pattern)) {
    const to = index + whole.length - after.length;
    if (!isNamed || announcesSecret(name)) found.push([to - value.length, to]);
  }
  return found;
}

/** CBOR (RFC 8949 §3): what says how long a short text is, is a letter itself. */
const CBOR_TEXT = { short: 0x60, afterShort: 0x78, octet: 0x78, two: 0x79 } as const;

function cborIn(text: string): TextRange[] {
  const found: TextRange[] = [];
  for (let at = 0; at < text.length; at++) {
    const length = text.charCodeAt(at) - CBOR_TEXT.short;
    if (length < 2 || length >= CBOR_TEXT.afterShort - CBOR_TEXT.short) continue;
    const sign = text.charCodeAt(at + 1 + length);
    if (!(sign >= CBOR_TEXT.short && sign <= CBOR_TEXT.two)) continue;
    const name = text.slice(at + 1, at + 1 + length);
    if (!/^[A-Za-z][\w.-]+$/.test(name) || !announcesSecret(name)) continue;
    const behind = at + 2 + length;
    const more = sign === CBOR_TEXT.octet ? 1 : sign === CBOR_TEXT.two ? 2 : 0;
    const size =
      more === 0
        ? sign - CBOR_TEXT.short
        : Number(`0x${Buffer.from(text.slice(behind, behind + more), 'latin1').toString('hex') || 0}`);
    found.push([behind + more, Math.min(behind + more + size, text.length)]);
  }
  return found;
}

function isPlainText(octets: Uint8Array): boolean {
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] as number;
    if (octet < 0x20 && (octet < 9 || octet > 13)) return false;
  }
  return isUtf8(octets);
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
function privateKeysIn(text: string): TextRange[] {
  const found: TextRange[] = [];
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

const CODED = /[A-Za-z0-9+/_-]{16,}={0,2}/g;

/** Words of hex or base64 that stand for a text with a secret in it: the word goes. */
function codedIn(text: string): TextRange[] {
  const found: TextRange[] = [];
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
