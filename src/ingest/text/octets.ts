// Octets in any textual spelling, with prose around them, and opening handshakes as text. Refuse rather than guess: what
// cannot be told from other things is refused, with the line that looked most like octets and how to mark it.

import { InputError } from '../../model/errors.ts';
import { cutOctets, latin1Of, type Octets, wholeOctets } from '../../model/octets.ts';
import { bareHeader, type Direction, type LogHeader, otherRole, type Role } from '../../model/row.ts';
import { linkOfPacket, segmentOf } from '../capture/packet.ts';
import type { LogReader, LogSink } from '../reader.ts';
import type { Sender } from './direction.ts';
import { hasHandshakeText } from './head-text.ts';
import { octetsOfPaste } from './hex.ts';
import { type Candidate, candidatesIn } from './islands.ts';
import {
  beginsHead,
  beginsUpgrade,
  beginsUsually,
  CAPITAL_G,
  endsOfPieces,
  isLikelyCut,
  isReadableText,
  lackOfHead,
  likelihoodOf,
  otherThing,
} from './likely-frames.ts';
import { type PastedLine, unwrap } from './unwrap.ts';

/** A refusal: the line, from 1, and why what stands there is not read. */
interface Nearest {
  readonly line: number;
  readonly why: string;
}

interface Reading {
  readonly taken: readonly Candidate[];
  readonly nearest: Nearest | null;
}

/** Fewer digits alone are a number. */
const LEAST_DIGITS = 6;
/** Fewer octets than that prove nothing where they make no frame. */
const LEAST_TOLD = 4;
const LEAST_ALONE = 6;
const SHOWN_OF_LINE = 60;

/** What of the paste is read. `isForced`: the user said that it holds octets; `isCut`: it ends anywhere. */
export function readPaste(text: string, isForced = false, isCut = false): Reading {
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

/** So many octets that are whole frames are hardly anything else, though no usual frame is the first of them. */
const LEAST_PROVING = 5;
/** A list that has more such lines which are no frames is one of something else. */
const MOST_OTHERS = 4;

/** Small numbers behind an arrow or the word "read" are code: one piece at least has to be what only frames are. */
function withProof(reading: Reading, candidates: readonly Candidate[]): Reading {
  const { taken } = reading;
  const [first] = taken;
  if (!first) return reading;
  if (!taken.some(isProof))
    return { taken: [], nearest: { line: first.line, why: 'they may be numbers of any kind, and no whole message' } };
  if (taken.some(({ evidence, sender }) => evidence !== 'bare' || sender !== null)) return reading;
  const others = candidates.filter((one) => one.evidence === 'bare' && one.octets.length > 1).length - taken.length;
  if (others <= MOST_OTHERS * taken.length) return reading;
  return { taken: [], nearest: { line: first.line, why: 'most lines like it are no frames' } };
}

function isProof({ octets, more, head, spelling, isCounted }: Candidate): boolean {
  if (head !== null || spelling === PACKET || beginsUsually(octets) || beginsHead(octets)) return true;
  if (isCounted && octets.length >= LEAST_TOLD) return true;
  const { isWhole, isSound } = likelihoodOf(octets, octets.length + more);
  if (!isWhole || !isSound) return false;
  const [first = 0] = octets;
  return first >= 0x80 || (octets.length >= LEAST_PROVING && first > 0 && spelling !== 'list');
}

/** Headers of IP and TCP leave no doubt that octets stand behind them. */
const PACKET = 'packet';

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
    sender: null,
    evidence: 'named',
    spelling: 'hex',
    head: null,
    refusal: null,
    isCounted: true,
    mayBeNumber: false,
    form: null,
    end: null,
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

/** How the octets of one sender go on. */
interface Flow {
  lacks: number;
  last: Candidate | null;
}

function choose(candidates: readonly Candidate[], isForced: boolean): Reading {
  const flows = new Map<Sender | null, Flow>();
  const taken: Candidate[] = [];
  let nearest: (Nearest & { size: number }) | null = null;
  for (const candidate of candidates) {
    const sender = candidate.sender ?? candidate.end;
    const flow = flows.get(sender) ?? { lacks: 0, last: null };
    flows.set(sender, flow);
    const before = taken.at(-1);
    if (before && isSame(before, candidate)) continue;
    const why = whyNot(candidate, flow, isForced);
    if (why === null) {
      taken.push(candidate);
      flow.last = candidate;
    } else if (!nearest || candidate.octets.length > nearest.size) {
      nearest = { line: candidate.line, why, size: candidate.octets.length };
    }
  }
  return { taken: taken, nearest };
}

/** The same octets in another spelling, right behind: raw and decoded, or a dump and its hex. */
function isSame(before: Candidate, { octets, spelling, sender }: Candidate): boolean {
  return (
    spelling !== before.spelling &&
    sender === before.sender &&
    octets.length > 2 &&
    Buffer.compare(octets, before.octets) === 0
  );
}

/** Why the candidate is not read; null where it is, and then the flow has gone on. */
function whyNot(candidate: Candidate, flow: Flow, isForced: boolean): string | null {
  const { octets, more, refusal, head } = candidate;
  if (head) return null;
  if (refusal !== null) return refusal;
  if (flow.lacks > 0 && goesOn(candidate, flow)) return null;
  if (octets.length < 2 && !isForced) return 'one octet is no frame';
  const thing = otherThing(octets);
  if (thing) return `the octets begin ${thing}`;
  if (beginsHead(octets)) {
    const isOurs =
      isForced ||
      candidate.spelling === PACKET ||
      beginsUpgrade(octets) ||
      (candidate.evidence === 'named' && /websocket/i.test(latin1Of(octets)));
    if (!isOurs) return 'the octets begin an HTTP head, and not that of a WebSocket';
    flow.lacks = lackOfHead(octets, more);
    return null;
  }
  return whyNoFrames(candidate, flow, isForced);
}

function whyNoFrames(candidate: Candidate, flow: Flow, isForced: boolean): string | null {
  const { octets, more, evidence, sender, isCounted } = candidate;
  const { isWhole, isSound, lacks } = likelihoodOf(octets, octets.length + more);
  if (!isSound && isReadableText(octets))
    return 'the octets are text: a payload alone is no frame, its header is missing';
  const isGoingOn = isForced || sender !== null || flow.last !== null || candidate.spelling === PACKET;
  const isTold = isGoingOn || isCounted;
  if (!isSound ? isForced || isSurelyMeant(candidate, isWhole) : isGoingOn || beginsUsually(octets)) {
    const mayBeCut = isForced || evidence === 'named' || evidence === 'labelled';
    if (isWhole || more > 0 || (mayBeCut && (isTold || isLikelyCut(octets)))) {
      flow.lacks = lacks;
      return null;
    }
    return 'the octets end within a frame, and nothing says that they are octets';
  }
  return isWhole && !isSound && (octets[0] ?? 0) >= FIN
    ? 'they make frames with something wrong, or are something else'
    : 'the octets make no frames';
}

const FIN = 0x80;

/** Frames with something wrong, of the length that they say, where nothing but octets is written so. */
function isSurelyMeant({ octets, evidence, spelling, sender }: Candidate, isWhole: boolean): boolean {
  if (!isWhole || evidence !== 'named' || octets.length < LEAST_TOLD) return false;
  if (sender !== null) return true;
  if (spelling === PACKET) return true;
  const isOne = (octets[0] ?? 0) >= 0x80 && octets.length >= LEAST_ALONE && likelihoodOf(octets).frames === 1;
  return isOne && (spelling === 'buffer' || spelling === 'dump' || spelling === 'string');
}

/** The rest of a frame, of which an earlier piece held the beginning. */
function goesOn({ octets, more, line, evidence }: Candidate, flow: Flow): boolean {
  const size = octets.length + more;
  const isNear = flow.last !== null && line - flow.last.lastLine <= 4;
  if (!isNear && evidence === 'bare') return false;
  if (size <= flow.lacks) {
    flow.lacks -= size;
    return true;
  }
  const rest = likelihoodOf(octets.subarray(flow.lacks), size - flow.lacks);
  const own = likelihoodOf(octets, size);
  if (!rest.isSound || (own.isWhole && own.isSound && !rest.isWhole)) return false;
  flow.lacks = rest.lacks;
  return true;
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

/** Why a paste is refused, and what to do about it; null where nothing in it looks like octets. */
export function whyNoOctets(text: string): string | null {
  const { taken, nearest } = readPaste(text);
  if (taken.length > 0 || !nearest) return null;
  const shown = (text.split('\n')[nearest.line - 1] ?? '')
    .trim()
    .replace(/[^ -~]+/g, '?')
    .slice(0, SHOWN_OF_LINE);
  return `line ${nearest.line} comes nearest ("${shown}"): ${nearest.why}; write "rx" or "tx" before the octets, or give --from octets`;
}

/** What may close a literal that the end of the head cuts, and what opens it. */
const CLOSERS = [
  ['[', ']'],
  ['{', '}'],
  ['<', '>'],
  ['<<', '>>'],
  ['"', '"'],
  ["'", "'"],
] as const;

/** `isCut`: it is the head of a longer text, which ends anywhere. */
export function looksLikeOctets(head: string, isCut = false): boolean {
  if (readPaste(head).taken.length > 0) return true;
  if (!isCut) return false;
  const end = Math.max(head.lastIndexOf('\n'), head.lastIndexOf(' '), head.lastIndexOf(','), head.lastIndexOf('\\'));
  const text = end > 0 ? head.slice(0, end) : head.slice(0, head.length & ~1);
  return (
    readPaste(text, false, true).taken.length > 0 ||
    CLOSERS.some(([opener, closer]) => text.includes(opener) && readPaste(text + closer).taken.length > 0)
  );
}

export function looksLikeHandshake(head: string): boolean {
  if (!head.includes('HTTP/1')) return false;
  return hasHandshakeText(unwrap(head)) && readPaste(head).taken.some(({ head: one }) => one !== null);
}

/** `id`: the format's, `octets` or `http`. */
export function octetsReader(id: string): (source: string, sink: LogSink) => LogReader {
  return (source, sink) => {
    let text = '';
    return {
      push: (chunk) => {
        text += chunk;
      },
      end: () => emit(source, sink, id, text),
    };
  };
}

function emit(source: string, sink: LogSink, id: string, text: string): void {
  const strict = readPaste(text);
  const { taken } = strict.taken.length > 0 ? strict : readPaste(text, true);
  if (taken.length > 0) {
    for (const log of logsOf(taken)) emitLog(source, sink, id, log);
    return;
  }
  const octets = octetsOfPaste(text);
  if (typeof octets === 'string') throw new InputError(source, null, whyNoOctets(text) ?? octets);
  sink.header(bareHeader(source, id));
  sink.row({ kind: 'octets', row: 0, time: null, direction: 'rx', octets: wholeOctets(octets), sync: false });
}

/** A second request begins a second connection. */
function logsOf(taken: readonly Candidate[]): (readonly Candidate[])[] {
  const logs: Candidate[][] = [[]];
  for (const candidate of taken) {
    const isRequest = headKindOf(candidate) === 'request';
    if (isRequest && logs.at(-1)?.some((one) => headKindOf(one) === 'response')) logs.push([]);
    logs.at(-1)?.push(candidate);
  }
  return logs;
}

function headKindOf({ head, octets }: Candidate): 'request' | 'response' | null {
  if (head) return head.kind;
  return beginsUpgrade(octets) ? (octets[0] === CAPITAL_G ? 'request' : 'response') : null;
}

function emitLog(source: string, sink: LogSink, id: string, taken: readonly Candidate[]): void {
  const { writer, directions, note } = directionsOf(taken);
  const hasText = taken.some(({ head }) => head !== null);
  const header: LogHeader = { ...bareHeader(source, id), writer, ...(hasText ? { headsAsText: true } : {}) };
  sink.header(note === null ? header : { ...header, notes: [note] });
  taken.forEach((candidate, row) => {
    const direction = directions[row] as Direction;
    sink.row({ kind: 'octets', row, time: null, direction, octets: octetsOf(candidate), sync: false });
  });
}

function octetsOf({ octets, more }: Candidate): Octets {
  return more === 0 ? wholeOctets(octets) : cutOctets(octets, octets.length + more);
}

interface Directions {
  readonly writer: Role | null;
  readonly directions: readonly Direction[];
  readonly note: string | null;
}

const BY_MASKS = 'no word tells who sent what: the mask alone does';
const MAY_BE_MIXED = 'masked and unmasked frames stand in one run of octets: two directions may be mixed';

function directionsOf(taken: readonly Candidate[]): Directions {
  const roles = taken.map(roleOf);
  const writer = writerOf(taken, roles);
  const hasWords = taken.some((one) => one.sender !== null || headKindOf(one) !== null);
  const told = taken.map(({ sender }, i) => directionIn(sender, roles[i] ?? null, writer));
  if (hasWords) return { writer, directions: filled(told), note: mixedNote(taken) };
  const known = roles.filter((role) => role !== null);
  const [first] = known;
  if (known.every((role) => role === first))
    return { writer: null, directions: taken.map(() => 'rx'), note: mixedNote(taken) };
  const byMask = roles.map((role) => (role === null ? null : role === first ? 'rx' : 'tx') as Direction | null);
  return { writer: null, directions: filled(byMask), note: BY_MASKS };
}

function mixedNote(taken: readonly Candidate[]): string | null {
  return taken.some(({ octets, more, head }) => !head && likelihoodOf(octets, octets.length + more).isMixed)
    ? MAY_BE_MIXED
    : null;
}

/** Who sent it, as its words, its head or its mask tell. */
function roleOf({ sender, head, octets, more, end }: Candidate): Role | null {
  if (sender === 'client' || sender === 'server') return sender;
  if (end) return end;
  if (head) return head.kind === 'request' ? 'client' : 'server';
  if (beginsHead(octets)) return octets[0] === CAPITAL_G ? 'client' : 'server';
  const { isMasked, isSound } = likelihoodOf(octets, octets.length + more);
  return isMasked === null || !isSound ? null : isMasked ? 'client' : 'server';
}

/** The role that `tx` has: a head tells it for certain, so the first of them decides; words alone leave it open. */
function writerOf(taken: readonly Candidate[], roles: readonly (Role | null)[]): Role | null {
  for (const [i, { sender, head, octets }] of taken.entries()) {
    const role = roles[i];
    const isHead = head !== null || beginsHead(octets);
    if (isHead && role && (sender === 'tx' || sender === 'rx')) return sender === 'tx' ? role : otherRole(role);
  }
  const hasRoles = taken.some((one) => one.sender === 'client' || one.sender === 'server' || headKindOf(one) !== null);
  if (!hasRoles) return null;
  const masked = taken.findIndex(({ sender }, i) => (sender === 'tx' || sender === 'rx') && roles[i]);
  if (masked < 0) return 'client';
  const role = roles[masked] as Role;
  return taken[masked]?.sender === 'tx' ? role : otherRole(role);
}

function directionIn(sender: Sender | null, role: Role | null, writer: Role | null): Direction | null {
  if (sender === 'rx' || sender === 'tx') return sender;
  return role && writer ? (role === writer ? 'tx' : 'rx') : null;
}

/** What nothing tells goes with what stands before it. */
function filled(told: readonly (Direction | null)[]): Direction[] {
  const out: Direction[] = [];
  const first = told.find((one) => one !== null) ?? 'rx';
  for (const one of told) out.push(one ?? out.at(-1) ?? first);
  return out;
}
