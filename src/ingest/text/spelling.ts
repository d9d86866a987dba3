// One text that is octets and nothing else, however they are written: what stands behind a row's direction word.

import { cutOctets, type Octets, wholeOctets } from '../../model/octets.ts';
import { runAtEnd } from './hex-run.ts';
import { nextLiteral } from './literals.ts';

/** Null where something else is in the text, or it cannot be told what octets it stands for. */
export function octetsOfSpelling(text: string): Octets | null {
  const literal = nextLiteral(text, 0, text.length);
  if (literal && literal.start === 0 && /^[\s;,]*$/.test(text.slice(literal.end))) {
    const { octets, more } = literal;
    return more === 0 ? wholeOctets(octets) : cutOctets(octets, octets.length + more);
  }
  const run = runAtEnd(text);
  return run && run.label.trim() === '' ? wholeOctets(run.octets) : null;
}
