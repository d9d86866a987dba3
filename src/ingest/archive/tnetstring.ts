// Typed netstrings, the notation of mitmproxy's flow files: a length, a colon, so many octets, and a character for their
// type. Texts are kept as octets, one character each.

export type Tnet = string | number | boolean | null | readonly Tnet[] | { readonly [key: string]: Tnet };

/** The value that begins at `at`, and where the next begins; null where it is damaged or cut. */
export function parseTnet(text: string, at = 0): { readonly value: Tnet; readonly next: number } | null {
  const piece = pieceAt(text, at);
  if (!piece) return null;
  const { from, to, type } = piece;
  const value = tnetOf(text, from, to, type);
  return value === undefined ? null : { value, next: to + 1 };
}

/** How long the value that begins at `at` is, as far as that shows. */
export function lengthOfTnet(text: string, at: number): number | null {
  const length = /^(\d{1,10}):/.exec(text.slice(at, at + 12))?.[1];
  return length === undefined ? null : length.length + 1 + Number(length) + 1;
}

function pieceAt(text: string, at: number): { from: number; to: number; type: string } | null {
  const size = lengthOfTnet(text, at);
  if (size === null || at + size > text.length) return null;
  const from = text.indexOf(':', at) + 1;
  const to = at + size - 1;
  return { from, to, type: text[to] as string };
}

function tnetOf(text: string, from: number, to: number, type: string): Tnet | undefined {
  switch (type) {
    case ',':
    case ';':
      return text.slice(from, to);
    case '#':
    case '^':
      return Number(text.slice(from, to));
    case '!':
      return text.slice(from, to) === 'true';
    case '~':
      return null;
    case ']':
      return listIn(text, from, to);
    case '}': {
      const pairs = listIn(text, from, to);
      return pairs && dictionaryOf(pairs);
    }
    default:
      return undefined;
  }
}

function listIn(text: string, from: number, to: number): Tnet[] | undefined {
  const list: Tnet[] = [];
  for (let at = from; at < to; ) {
    const piece = pieceAt(text, at);
    if (!piece || piece.to >= to) return undefined;
    const value = tnetOf(text, piece.from, piece.to, piece.type);
    if (value === undefined) return undefined;
    list.push(value);
    at = piece.to + 1;
  }
  return list;
}

function dictionaryOf(pairs: readonly Tnet[]): { [key: string]: Tnet } {
  const dictionary: { [key: string]: Tnet } = {};
  for (let i = 0; i + 1 < pairs.length; i += 2) dictionary[String(pairs[i])] = pairs[i + 1] as Tnet;
  return dictionary;
}
