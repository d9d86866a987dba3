// Incremental UTF-8, RFC 3629 §4. An automaton of our own, because neither TextDecoder nor Buffer tells which
// octet broke the text, and RFC 6455 §8.1 is about just that octet. A state is the range in which the next octet
// has to lie and how many more follow it; ED A0, E0 80, F0 80 and F4 90 are impossible at their second octet.

import { isUtf8 } from 'node:buffer';

export type Utf8Fault =
  | 'bad lead octet'
  | 'stray continuation octet'
  | 'overlong form'
  | 'surrogate'
  | 'above U+10FFFF'
  | 'sequence broken off';

/** Of so many octets Node tells faster than the automaton that all is right. */
const LONG = 64;

export interface Utf8State {
  /** Continuation octets still due; 0 between sequences. */
  due: number;
  /** Range of the next octet. */
  low: number;
  high: number;
  /** Octets seen since the start of the text. */
  seen: number;
  /** Where the sequence that is open began, counted from the start of the text. */
  leadAt: number;
  lead: number;
}

export function startUtf8(): Utf8State {
  return { due: 0, low: 0x80, high: 0xbf, seen: 0, leadAt: 0, lead: 0 };
}

function openSequence(state: Utf8State, lead: number, at: number): boolean {
  state.leadAt = at;
  state.lead = lead;
  state.low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  state.high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) state.due = 1;
  else if (lead >= 0xe0 && lead <= 0xef) state.due = 2;
  else if (lead >= 0xf0 && lead <= 0xf4) state.due = 3;
  else return false;
  return true;
}

/**
 * Reads on. Returns the index in `octets` of the first one that makes the text impossible, or -1.
 * After a fault the state is of no use any more.
 */
export function pushUtf8(state: Utf8State, octets: Uint8Array): number {
  const at = state.due === 0 && octets.length >= LONG && isUtf8(octets) ? octets.length : readUtf8(state, octets);
  state.seen += at;
  return at === octets.length ? -1 : at;
}

/** Returns how many octets may stand where they do. */
function readUtf8(state: Utf8State, octets: Uint8Array): number {
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] as number;
    if (state.due === 0) {
      if (octet >= 0x80 && !openSequence(state, octet, state.seen + i)) return i;
    } else {
      if (octet < state.low || octet > state.high) return i;
      state.due--;
      state.low = 0x80;
      state.high = 0xbf;
    }
  }
  return octets.length;
}

/** What is wrong with the octet at which `pushUtf8` stopped. */
export function nameUtf8Fault(state: Utf8State, octet: number): Utf8Fault {
  if (state.due === 0) {
    if (octet < 0xc0) return 'stray continuation octet';
    return octet < 0xc2 ? 'overlong form' : octet < 0xf8 ? 'above U+10FFFF' : 'bad lead octet';
  }
  if (octet < 0x80 || octet > 0xbf) return 'sequence broken off';
  if (state.lead === 0xed) return 'surrogate';
  return state.lead === 0xf4 ? 'above U+10FFFF' : 'overlong form';
}
