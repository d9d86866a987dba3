// What the rules about heads say of a head they say of every head with the same text, and of an answer where the request is the same
// too. A client or a server sends the same heads again and again, but for the key and what answers it: thousands of
// reports have a handful of heads, which are judged once each.

import type { Connection } from '../../protocol/connection.ts';
import { type Head, once } from '../../protocol/handshake/handshake.ts';
import { areaOf, type Moment, type Rule } from './rule.ts';

/** The moments at which rules are asked about heads. */
const OF_HEADS: ReadonlySet<Moment> = new Set<Moment>(['head', 'request', 'response', 'handshake']);

export function isOfHeads(moment: Moment): boolean {
  return OF_HEADS.has(moment);
}

/** Areas whose rules look at heads and at nothing else then, unless they say so themselves. */
const AREAS: ReadonlySet<string> = new Set(['http', 'request', 'response', 'pmd']);

/** It finds the same in all heads that are alike. */
export function isKnownOfAlike({ id, asksEach }: Rule): boolean {
  return AREAS.has(areaOf(id)) && !asksEach;
}

/** Values of which it makes no difference, but to rules that say so, which one it is: they are as they have to be. */
const ANY: ReadonlyMap<string, RegExp> = new Map([
  // Base64 of 16 and of 20 octets.
  ['sec-websocket-key', /^[A-Za-z0-9+/]{21}[AQgw]==$/],
  ['sec-websocket-accept', /^[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=$/],
  ['date', /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/],
]);
/** The same of a request's target. */
const PLAIN_TARGET = /^GET (\/[A-Za-z0-9/?=&._~-]*) HTTP\/1\.1\r\n/;
const TARGET_AT = 4;
const LONGEST = 4096;
const MOST = 512;

/** All heads that differ only in what makes no difference. */
class Alike<Said> {
  /** By the heads of the request; null where there is none, or this is one itself. */
  readonly said = new Map<Alike<Said> | null, Map<Moment, Said>>();
}

export class KnownHeads<Said> {
  readonly #byText = new Map<string, Alike<Said>>();
  readonly #alike = once((head: Head): Alike<Said> | null => this.#alikeFor(head));

  /** What was said at that moment of heads like these; else it is made. `head`: the one that has just come. */
  said(moment: Moment, head: Head, { request }: Connection, make: () => Said): Said {
    const own = this.#alike(head);
    const asked = head.kind === 'response' && request ? this.#alike(request) : null;
    // A request that is too long to be kept is like no other.
    if (!own || (head.kind === 'response' && request && !asked)) return make();
    let said = own.said.get(asked);
    if (!said) {
      said = new Map();
      own.said.set(asked, said);
    }
    let found = said.get(moment);
    if (found === undefined) {
      found = make();
      said.set(moment, found);
    }
    return found;
  }

  #alikeFor(head: Head): Alike<Said> | null {
    if (head.text.length > LONGEST) return null;
    const text = whatCounts(head);
    let alike = this.#byText.get(text);
    if (!alike) {
      if (this.#byText.size >= MOST) this.#byText.clear();
      alike = new Alike();
      this.#byText.set(text, alike);
    }
    return alike;
  }
}

/** All that the rules look at: the text without the values that may be any, and where they were. */
function whatCounts(head: Head): string {
  const { kind, raw, complete, text } = head;
  let counts = `${kind} ${raw} ${complete}`;
  let rest = '';
  let at = 0;
  for (const [from, to] of placesOfAny(head)) {
    counts += ` ${from}-${to}`;
    rest += text.slice(at, from);
    at = to;
  }
  return `${counts}\n${rest}${text.slice(at)}`;
}

function placesOfAny({ kind, fields, byName, text }: Head): (readonly [from: number, to: number])[] {
  const places: (readonly [number, number])[] = [];
  const target = kind === 'request' ? PLAIN_TARGET.exec(text)?.[1] : undefined;
  if (target !== undefined) places.push([TARGET_AT, TARGET_AT + target.length]);
  for (const { key, value, valueAt, isPlain, at, length } of fields) {
    const isAny = isPlain && ANY.get(key)?.test(value) && byName.get(key)?.length === 1;
    // The last line of a head that is cut may go on.
    if (isAny && text.length > at + length) places.push([valueAt, valueAt + value.length]);
  }
  return places;
}
