// Values of names that announce a secret: in queries and forms, in JSON, also in JSON within JSON, in header lines.

import { announcesSecret, BOUNDARY, isTrivial, type TextRange } from './secret-words.ts';

/** A name, perhaps in quotes, and what sets it off from its value. */
const NAMED = new RegExp(
  `${BOUNDARY}([A-Za-z_$][\\w.$[\\]-]{0,63})(\\\\{0,8}["'\`]|%22|&quot;)?[ \\t]{0,4}(=>|=|:|%3D|%3A)[ \\t]{0,4}`,
  'gi',
);
/** What every match has in it, and nothing before it in the match. */
const SIGN = /=|:|%3[AD]/gi;
/** No match begins farther before its sign, nor ends farther behind where that begins. */
const BEFORE_SIGN = 80;
const BEHIND_SIGN = 8;
const OPENING = /^(?:\\{0,8}["'`]|%22|&quot;)/i;
const LONGEST_OPENING = 9;

export function namedIn(text: string): TextRange[] {
  const found: TextRange[] = [];
  const next = openMatches(text);
  let after = 0;
  for (let match = next(after); match; match = next(after)) {
    const [whole, name = '', closing, sign = ''] = match;
    const from = match.index + whole.length;
    after = from;
    const isPair = sign === '=' || /^%3D$/i.test(sign);
    if (!announcesSecret(name, isPair)) continue;
    const isMember = closing !== undefined;
    const ranges = valueAt(text, from, {
      isPair,
      isMember,
      isLine: !isPair && !isMember && (isLineStart(text, match.index) || OF_LISTS.test(name)),
    });
    found.push(...ranges.filter(([at, to]) => !isTrivial(name, text.slice(at, Math.min(to, at + 32)))));
    after = Math.max(from, ranges.at(-1)?.[1] ?? 0);
  }
  return found;
}

/**
 * Matches of `NAMED`, each the first from the place on that is given. Only what stands before a sign is looked at: at every
 * letter of a long text the pattern would look back and forth in vain.
 */
function openMatches(text: string): (from: number) => RegExpExecArray | null {
  let sign = -1;
  return (from) => {
    for (;;) {
      const before = sign;
      SIGN.lastIndex = Math.max(from, sign + 1);
      sign = SIGN.exec(text)?.index ?? text.length;
      if (sign === text.length) return null;
      NAMED.lastIndex = Math.max(from, sign - BEFORE_SIGN, before + 1);
      const match = NAMED.exec(text.slice(0, sign + BEHIND_SIGN));
      // One of a later sign may be cut off here.
      if (match && match.index <= sign) return match;
    }
  };
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
function valueAt(text: string, from: number, naming: Naming): TextRange[] {
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
function stringsIn(text: string, from: number): TextRange[] {
  const part = text.slice(from, from + MOST_NESTED);
  const end = from + endOfBrackets(part);
  const found: TextRange[] = [];
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
