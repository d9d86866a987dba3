// Octets in any textual spelling, with prose around them, and opening handshakes as text: as two formats, with a log for
// each connection, whose directions are those that words, heads or masks tell.

import { InputError } from '../../model/errors.ts';
import { cutOctets, type Octets, wholeOctets } from '../../model/octets.ts';
import { bareHeader, type Direction, type LogHeader, otherRole, type Role } from '../../model/row.ts';
import type { LogReader, LogSink } from '../reader.ts';
import type { Candidate } from './candidates.ts';
import type { Sender } from './direction.ts';
import { hasHandshakeText } from './head-text.ts';
import { octetsOfPaste } from './hex.ts';
import { beginsHttp, beginsUpgrade, CAPITAL_G, likelihoodOf } from './likely-frames.ts';
import { readPaste, roleOf } from './read-paste.ts';
import { unwrap } from './unwrap.ts';

const SHOWN_OF_LINE = 60;

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

function octetsOf({ octets, more, isMoreExact }: Candidate): Octets {
  return more === 0 ? wholeOctets(octets) : { ...cutOctets(octets, octets.length + more), exact: isMoreExact };
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
  if (hasWords) return { writer, directions: filled(byRole(told, roles)), note: mixedNote(taken) };
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

/** The role that `tx` has: a head tells it for certain, so the first of them decides; words alone leave it open. */
function writerOf(taken: readonly Candidate[], roles: readonly (Role | null)[]): Role | null {
  for (const [i, { sender, head, octets }] of taken.entries()) {
    const role = roles[i];
    const isHead = head !== null || beginsHttp(octets);
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

/** Where all that words tell goes by the masks, the masks tell the rest too. */
function byRole(told: readonly (Direction | null)[], roles: readonly (Role | null)[]): readonly (Direction | null)[] {
  const known = new Set(told.flatMap((direction, i) => (direction && roles[i] ? [`${direction} ${roles[i]}`] : [])));
  const isClient = known.has('tx client') || known.has('rx server');
  if (known.size === 0 || (isClient && (known.has('rx client') || known.has('tx server')))) return told;
  const sender: Role = isClient ? 'client' : 'server';
  return told.map((direction, i) => direction ?? (roles[i] ? (roles[i] === sender ? 'tx' : 'rx') : null));
}

/** What nothing tells goes with what stands before it. */
function filled(told: readonly (Direction | null)[]): Direction[] {
  const out: Direction[] = [];
  const first = told.find((one) => one !== null) ?? 'rx';
  for (const one of told) out.push(one ?? out.at(-1) ?? first);
  return out;
}
