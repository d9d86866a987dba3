// autobahn-python with logOctets and logFrames: the octets of each read and write, and what it makes of them.

import { octetsFromHex, wholeOctets } from '../../model/octets.ts';
import { byteLiteralAt } from '../paste/byte-string.ts';
import { shownPayload } from './trace-frame.ts';
import type { Trace, TraceKind, TraceParser } from './trace-log.ts';

const OCTETS = /(?:^|\s)([RT])X Octets (?:from|to) (\S+) : (?:sync = (?:True|False), )?octets = ([0-9a-f]*)$/;
const FRAME =
  /(?:^|\s)([RT])X Frame (?:from|to) (\S+) : fin = (True|False), rsv = ([0-7]), opcode = (\d{1,2}), mask = (\S+), length = (\d{1,15}),(?: repeat_length = (\w+), chopsize = \w+, sync = \w+,)? payload = (.*)$/;

export function looksLikeAutobahnPython(head: string): boolean {
  return /(?:^|\s)[RT]X (?:Octets|Frame) (?:from|to) \S+ : /m.test(head);
}

export const AUTOBAHN_PYTHON: TraceKind = {
  id: 'trace-autobahn-python',
  notes: [],
  framesFromRows: [],
  missing: 'no octets of autobahn-python in it: set logOctets and logFrames of the factory',
  parse: (trace) => ({ line: (line) => takeLine(trace, line.trimEnd()) }) satisfies TraceParser,
};

function takeLine(trace: Trace, line: string): void {
  const [, side, peer, hex] = OCTETS.exec(line) ?? [];
  if (hex !== undefined) {
    const octets = octetsFromHex(hex);
    const direction = side === 'R' ? 'rx' : 'tx';
    if (octets) noteRole(trace, peer, direction, octets);
    if (octets) trace.log(peer).octets(direction, wholeOctets(octets));
    else trace.log(peer).lost(direction, 'an odd number of hex digits', line);
    return;
  }
  const found = FRAME.exec(line);
  if (!found) return;
  const [, way, name, fin, rsv, opcode, mask = '-', size, repeat, shown = ''] = found;
  const length = Number(size);
  const [, key] = /^b?'?([0-9a-f]{8})'?$/.exec(mask) ?? [];
  const literal = byteLiteralAt(shown, 0);
  const octets = literal?.end === shown.length ? literal.octets : octetsFromHex(shown);
  trace.log(name).frame({
    direction: way === 'R' ? 'rx' : 'tx',
    fin: fin === 'True',
    rsv: Number(rsv),
    opcode: Number(opcode),
    masked: key !== undefined,
    maskingKey: key ?? null,
    length,
    payload: octets && (repeat ?? 'None') === 'None' && octets.length <= length ? shownPayload(octets, length) : null,
  });
}

/** A head tells the role before the first row goes out. */
function noteRole(trace: Trace, peer: string | undefined, direction: 'rx' | 'tx', octets: Uint8Array): void {
  const start = Buffer.from(octets.subarray(0, 5)).toString('latin1');
  const isRequest = start.startsWith('GET ');
  if (!isRequest && start !== 'HTTP/') return;
  trace.log(peer).writer(isRequest === (direction === 'tx') ? 'client' : 'server');
}
