// What of a paste is read: the candidates in it, what their neighbours and the headers of packets tell of them, and whether
// all that is chosen together leaves no doubt. Refuse rather than guess: what cannot be told from other things is refused,
// with the line that looked most like octets.

import { otherRole, type Role } from '../../model/row.ts';
import { linkOfPacket, segmentOf } from '../capture/packet.ts';
import { type Candidate, candidatesIn } from './candidates.ts';
import { choose, LEAST_TOLD, type Nearest, PACKET, type PasteReading } from './choose.ts';
import { hasHandshakeText } from './head-text.ts';
import { octetsOfPaste } from './hex.ts';
import {
  beginsHttp,
  beginsUpgrade,
  beginsUsually,
  CAPITAL_G,
  endsOfPieces,
  isReadableText,
  likelihoodOf,
  otherThing,
} from './likely-frames.ts';
import { type PastedLine, unwrap } from './unwrap.ts';

/** Fewer digits alone are a number. */
const LEAST_DIGITS = 6;

/** What of the paste is read. `isForced`: the user said that it holds octets; `isCut`: it ends anywhere. */
export function readPaste(text: string, isForced = false, isCut = false): PasteReading {
  const lines = unwrap(text);
  const candidates = withoutPacketHeaders(withForms(candidatesIn(lines, hasHandshakeText(lines))));
  const last = candidates.at(-1);
  const isLastCut = isCut && last?.lastLine === lines.findLast((line) => line.text.trim() !== '')?.number;
  const isOneOfMany = last?.evidence === 'bare' && candidates.length > MOST_OTHERS;
  if (last && isLastCut && !isOneOfMany) candidates[candidates.length - 1] = { ...last, evidence: 'named' };
  const chosen = choose(candidates, isForced);
  const reading = isForced ? chosen : withProof(chosen, candidates);
  if (reading.taken.length > 0) return reading;
  const whole = wholePaste(text, lines);
  return whole ? { taken: [whole], nearest: null } : { ...reading, nearest: reading.nearest ?? nearestLine(text) };
}

/** So many octets are hardly anything else if they are whole frames, even where the first of these is no usual one. */
const LEAST_PROVING = 5;
/** Where more lines than that are no frames, for each that is one, the list is of something else. */
const MOST_OTHERS = 4;

/** Small numbers behind an arrow or the word "read" are code: one piece at least has to be what only frames are. */
function withProof(reading: PasteReading, candidates: readonly Candidate[]): PasteReading {
  const { taken } = reading;
  const [first] = taken;
  if (!first) return reading;
  if (!taken.some(isProof))
    return { taken: [], nearest: { line: first.line, why: 'they may be other numbers, and make no whole message' } };
  if (taken.some(({ evidence, sender }) => evidence !== 'bare' || sender !== null)) return reading;
  const others = candidates.filter((one) => one.evidence === 'bare' && one.octets.length > 1).length - taken.length;
  if (others <= MOST_OTHERS * taken.length) return reading;
  return { taken: [], nearest: { line: first.line, why: 'most lines of this kind are not frames' } };
}

function isProof({ octets, more, head, spelling, isCounted }: Candidate): boolean {
  if (head !== null || spelling === PACKET || beginsUsually(octets) || beginsHttp(octets)) return true;
  if (isCounted && octets.length >= LEAST_TOLD) return true;
  const { isWhole, isSound } = likelihoodOf(octets, octets.length + more);
  if (!isWhole || !isSound) return false;
  const [first = 0] = octets;
  return first >= 0x80 || (octets.length >= LEAST_PROVING && first > 0 && spelling !== 'list');
}

/** Digits of hashes, ids and keys. */
const HASH_DIGITS: ReadonlySet<number> = new Set([32, 40, 48, 56, 64, 96, 128]);
const MAC_ADDRESS = /^\s*(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\s*$/i;

/** The paste is octets and nothing else, though they end within a frame. */
function wholePaste(text: string, lines: readonly PastedLine[]): Candidate | null {
  const bare = text.trim();
  if (
    MAC_ADDRESS.test(bare) ||
    (/^[0-9a-f]+$/i.test(bare) && (HASH_DIGITS.has(bare.length) || bare.length < LEAST_DIGITS))
  )
    return null;
  const octets = octetsOfPaste(text);
  if (typeof octets === 'string' || octets.length < 2 || otherThing(octets)) return null;
  if (octets.length < LEAST_TOLD && !beginsUsually(octets)) return null;
  if (!likelihoodOf(octets).isSound || isReadableText(octets)) return null;
  const last = lines.at(-1)?.number ?? 1;
  return {
    line: 1,
    lastLine: last,
    octets,
    more: 0,
    isMoreExact: true,
    sender: null,
    evidence: 'named',
    spelling: 'hex',
    head: null,
    refusal: null,
    isCounted: true,
    mayBeNumber: false,
    form: null,
    end: null,
    isRest: false,
  };
}

/**
 * Lines of one form hold the same kind of thing. Digits that could be a number are octets as well where another such line
 * holds frames or a head; and where each line begins as they do or goes on where the one before ended, all are pieces.
 */
function withForms(candidates: readonly Candidate[]): Candidate[] {
  const groups = new Map<string, Candidate[]>();
  for (const one of candidates) {
    if (one.form === null || (one.refusal !== null && !one.mayBeNumber)) continue;
    const group = groups.get(one.form) ?? [];
    groups.set(one.form, group);
    group.push(one);
  }
  const known = new Map<Candidate, Candidate>();
  for (const group of groups.values()) {
    if (!group.some((one) => !one.mayBeNumber && isSurelyOctets(one.octets))) continue;
    const ends = group.length > 1 ? endsOfPieces(group.map(({ octets }) => octets)) : null;
    group.forEach((one, i) => {
      const { evidence } = one;
      known.set(one, { ...one, refusal: null, evidence: ends ? 'named' : evidence, end: ends?.[i] ?? null });
    });
  }
  return candidates.map((one) => known.get(one) ?? one);
}

function isSurelyOctets(octets: Uint8Array): boolean {
  const { isWhole, isSound } = likelihoodOf(octets);
  return beginsUpgrade(octets) || (isWhole && isSound && beginsUsually(octets));
}

/** Whole packets, of which only the payload is of the connection; those of one end have the role that their masks tell. */
function withoutPacketHeaders(candidates: readonly Candidate[]): Candidate[] {
  const roles = new Map<unknown, Role>();
  const found = candidates.map((candidate) => {
    const link = candidate.refusal === null ? linkOfPacket(candidate.octets) : null;
    const segment = link === null ? null : segmentOf(link, candidate.octets);
    if (!segment) return { candidate, segment: null };
    const more = segment.length - segment.known.length;
    const payload: Candidate = { ...candidate, octets: segment.known, more, evidence: 'named', spelling: PACKET };
    const role = roleOf(payload);
    if (role && !roles.has(segment.from)) roles.set(segment.from, role).set(segment.to, otherRole(role));
    return { candidate: payload, segment };
  });
  return found.flatMap(({ candidate, segment }) => {
    if (!segment) return [candidate];
    return segment.length === 0 ? [] : [{ ...candidate, sender: roles.get(segment.from) ?? candidate.sender }];
  });
}

/** Who sent it, as its words, its head or its mask tell. */
export function roleOf({ sender, head, octets, more, end, isRest }: Candidate): Role | null {
  if (sender === 'client' || sender === 'server') return sender;
  if (end || isRest) return end;
  if (head) return head.kind === 'request' ? 'client' : 'server';
  if (beginsHttp(octets)) return octets[0] === CAPITAL_G ? 'client' : 'server';
  const { isMasked, isSound } = likelihoodOf(octets, octets.length + more);
  return isMasked === null || !isSound ? null : isMasked ? 'client' : 'server';
}

const DIGITS = /(?:^|[^\w])(?:0x|\\x)?[0-9a-f]{2}(?=[^\w]|$)/gi;

/** The line with the most that looks like octets. */
function nearestLine(text: string): Nearest | null {
  let best: Nearest | null = null;
  let most = 0;
  for (const [i, line] of text.split('\n').entries()) {
    const count = (line.match(DIGITS) ?? []).length;
    if (count <= most) continue;
    most = count;
    best = { line: i + 1, why: 'nothing marks these digits as octets of the wire' };
  }
  return best;
}
