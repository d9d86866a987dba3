// Pieces of JSON found by their octets: what stands at a place, and where it ends. Each says so where it is something
// else, and leaves that to JSON.parse. A place of 0 is none, and goes through all of them. A few octets that are zero have
// to stand behind what is read, so that none of this looks behind the end of the array.

export const [QUOTE, COMMA, OPEN, CLOSE] = [0x22, 0x2c, 0x5b, 0x5d] as const;
const [BACKSLASH, ZERO] = [0x5c, 0x30];
const WRONG = 0xff;

/** Of each octet the hex digit that it stands for. */
const DIGITS = new Uint8Array(256).fill(WRONG);
for (let i = 0; i < 16; i++) {
  DIGITS['0123456789abcdef'.charCodeAt(i)] = i;
  DIGITS['0123456789ABCDEF'.charCodeAt(i)] = i;
}

export function blanksAfter(octets: Uint8Array, at: number): number {
  let next = at;
  while (octets[next] === 0x20 || octets[next] === 0x0a || octets[next] === 0x0d || octets[next] === 0x09) next++;
  return next;
}

/** What follows the separator and the blanks around it; 0 where another octet, or none, stands there. */
export function separatorAfter(octets: Uint8Array, at: number, separator: number): number {
  if (at === 0) return 0;
  const next = blanksAfter(octets, at);
  if (octets[next] !== separator) return 0;
  return blanksAfter(octets, next + 1);
}

/** The end of an element whose values end there; 0 where more stands in it. */
export function endAfter(octets: Uint8Array, at: number): number {
  if (at === 0) return 0;
  const next = blanksAfter(octets, at);
  return octets[next] === CLOSE ? next + 1 : 0;
}

export function endOfNumber(octets: Uint8Array, at: number): number {
  let next = at;
  while (isDigit(octets[next])) next++;
  return next;
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39;
}

/** As JSON writes a count, of at most nine digits; -1 where it is none. */
export function numberIn(octets: Uint8Array, from: number, end: number): number {
  if (from === 0 || end === from || end - from > 9 || (octets[from] === ZERO && end - from > 1)) return -1;
  let number = 0;
  for (let at = from; at < end; at++) number = number * 10 + (octets[at] as number) - 0x30;
  return number;
}

/** 1 for true, 0 for false, -1 for anything else. */
export function truthAt(octets: Uint8Array, at: number): number {
  if (at === 0) return -1;
  return isWordAt(octets, at, 'true') ? 1 : isWordAt(octets, at, 'false') ? 0 : -1;
}

/** Of the word `true` or `false`. */
export function lengthOf(truth: number): number {
  return truth === 1 ? 4 : 5;
}

export function isWordAt(octets: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (octets[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** What follows a comma and that word; 0 where something else stands there. */
export function afterWord(octets: Uint8Array, at: number, word: string): number {
  if (at === 0 || octets[at] !== COMMA) return 0;
  const next = blanksAfter(octets, at + 1);
  return isWordAt(octets, next, word) ? next + word.length : 0;
}

/** No order to repeat or chop, and not written in sync: `null, null, false`. */
export function afterOrders(octets: Uint8Array, at: number): number {
  const repeat = afterWord(octets, blanksAfter(octets, at), 'null');
  const chop = afterWord(octets, blanksAfter(octets, repeat), 'null');
  return repeat === 0 || chop === 0 ? 0 : afterWord(octets, blanksAfter(octets, chop), 'false');
}

/** A masking key: eight hex digits in quotation marks. */
export function isKeyAt(octets: Uint8Array, at: number): boolean {
  if (octets[at] !== QUOTE || octets[at + 9] !== QUOTE) return false;
  let digits = 0;
  for (let i = at + 1; i < at + 9; i++) digits |= DIGITS[octets[i] as number] as number;
  return digits < 16;
}

/** The digits as one number of 32 bits, the first the highest. */
export function keyAt(octets: Uint8Array, at: number): number {
  let key = 0;
  for (let i = at + 1; i < at + 9; i++) key = (key << 4) | (DIGITS[octets[i] as number] as number);
  return key;
}

/** False where there is a digit that is none. */
export function decodeHex(arena: Uint8Array, to: number, octets: Uint8Array, from: number, end: number): boolean {
  let out = to;
  let wrong = 0;
  for (let at = from; at < end; at += 2) {
    const high = DIGITS[octets[at] as number] as number;
    const low = DIGITS[octets[at + 1] as number] as number;
    wrong |= high | low;
    arena[out++] = (high << 4) | low;
  }
  return wrong < 16;
}

/** Of each octet 1 where it is not a character that stands for itself. */
const NOT_PLAIN = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet < 0x20 || octet > 0x7f || octet === BACKSLASH || octet === QUOTE ? 1 : 0,
);

/** False where a character is written as more than one, or is more than one octet. */
export function plainInto(arena: Uint8Array, to: number, octets: Uint8Array, from: number, end: number): boolean {
  let out = to;
  let wrong = 0;
  for (let at = from; at < end; at++) {
    const octet = octets[at] as number;
    wrong |= NOT_PLAIN[octet] as number;
    arena[out++] = octet;
  }
  return wrong === 0;
}

/** Above 0 where the list goes on or ends behind the element; -1 where that has not come, and 0 where it is wrong. */
export function whatFollows(octets: Uint8Array, end: number, limit: number): number {
  const at = blanksAfter(octets, end);
  if (at >= limit) return -1;
  return octets[at] === COMMA || octets[at] === CLOSE ? 1 : 0;
}

/** Behind the bracket that closes the one at `from`; -1 where it has not come. */
export function endOfElement(octets: Uint8Array, from: number, limit: number): number {
  let depth = 0;
  for (let at = from; at < limit; at++) {
    const octet = octets[at] as number;
    if (octet === QUOTE) {
      at = endOfString(octets, at + 1, limit);
      if (at < 0) return -1;
    } else if (octet === OPEN || octet === 0x7b) depth++;
    else if ((octet === CLOSE || octet === 0x7d) && --depth === 0) return at + 1;
  }
  return -1;
}

function endOfString(octets: Uint8Array, from: number, limit: number): number {
  for (let at = from; at < limit; at++) {
    if (octets[at] === BACKSLASH) at++;
    else if (octets[at] === QUOTE) return at;
  }
  return -1;
}
