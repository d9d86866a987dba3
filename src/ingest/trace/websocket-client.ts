// Python's websocket-client with enableTrace(True). What it sends it shows octet for octet; "++Rcv raw" is the frame
// formatted anew by the library, so what it received is taken from the rows that tell of its frames.

import { octetsOfLatin1, wholeOctets } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import { byteLiteralAt } from '../paste/byte-string.ts';
import { headLines } from './head-lines.ts';
import type { Trace, TraceKind, TraceParser } from './trace-log.ts';

const RAW = /(?:^|\s)(?:\+\+Sent raw|send): (b?["'].*)$/;
const RECEIVED = /(?:^|\s)\+\+Rcv decoded: fin=([01]) opcode=(\d{1,2}) data=(.*)$/;
const SECTION = /--- (request|response) header ---\s*$/;

export function looksLikeWebsocketClient(head: string): boolean {
  return /^(?:.*\s)?(?:\+\+(?:Sent|Rcv) (?:raw|decoded): |--- request header ---)/m.test(head);
}

export const WEBSOCKET_CLIENT: TraceKind = {
  id: 'trace-websocket-client',
  notes: ['received frames are those that the library could decode: their masks and reserved bits are not in the log'],
  framesFromRows: ['rx'],
  missing: 'no frames of websocket-client in it: call websocket.enableTrace(True)',
  parse: parseTrace,
};

function parseTrace(trace: Trace): TraceParser {
  let section: Direction | null = null;
  const heads = headLines(() => trace.log());
  return {
    line: (raw) => {
      const line = raw.trimEnd();
      const [, which] = SECTION.exec(line) ?? [];
      if (which !== undefined) {
        heads.end();
        if (which === 'request') trace.over();
        section = which === 'request' ? 'tx' : 'rx';
        return;
      }
      if (section && heads.take(section, line.trim())) return;
      if (line.trim() === '') return;
      section = null;
      takeFrame(trace, line);
    },
    end: () => heads.end(),
  };
}

function takeFrame(trace: Trace, line: string): void {
  const [, sent] = RAW.exec(line) ?? [];
  const literal = sent === undefined ? null : byteLiteralAt(sent, 0);
  if (literal) {
    trace.log().writer('client');
    trace.log().octets('tx', wholeOctets(literal.octets));
    return;
  }
  const found = RECEIVED.exec(line);
  if (!found) return;
  const [, fin, opcode, data = ''] = found;
  const quoted = byteLiteralAt(data, 0);
  const octets = quoted?.end === data.length ? quoted.octets : octetsOfLatin1(data);
  const log = trace.log();
  log.writer('client');
  log.frame({
    direction: 'rx',
    opcode: Number(opcode),
    fin: fin === '1',
    length: octets.length,
    payload: wholeOctets(octets),
  });
}
