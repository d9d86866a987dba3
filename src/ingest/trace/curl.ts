// curl: the dumps of --trace, which hold every octet, and the notes of its WebSocket code with -v or --trace-config ws,
// which tell of opcode, FIN and length alone.

import { octetsFromHex, wholeOctets } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import { headLines } from './head-lines.ts';
import { hiddenPayload, opcodeOf } from './trace-frame.ts';
import type { Trace, TraceKind, TraceParser } from './trace-log.ts';

const EVENT = /^(?:\d\d:\d\d:\d\d\.\d+ )?(=>|<=) (Send|Recv) (header|data|SSL data), (\d{1,9}) bytes \(0x[0-9a-f]+\)/;
const DUMP = /^([0-9a-f]{4,8}): ((?:[0-9a-f]{2} ){1,16})/;
const NOTE = /^(?:\d\d:\d\d:\d\d\.\d+ (?:\[[\d-]+\] )?(?:== Info: )?)?\* ?(?:\[\w+\] )?(.*)$/;
const SENDING = /\bWS-ENC: sending \[(.*) payload=0\/(\d{1,15})\]/;
const DECODED =
  /\bwebsocket, decoded decoded \[(.*) payload=0\/(\d{1,15})\]|\bWS-DEC: decoded \[(.*) payload=0\/(\d{1,15})\]/;
const UNKNOWN = /\bunknown opcode: ([0-9a-f]{1,2})\b/;
const HEAD = /^([<>]) (.*)$/;

export function looksLikeCurlTrace(head: string): boolean {
  return EVENT_HEAD.test(head) && !/^0{4,8}: [A-Z]{3,} \/.* HTTP/m.test(head);
}

const EVENT_HEAD =
  /^(?:\d\d:\d\d:\d\d\.\d+ )?(?:=>|<=) (?:Send|Recv) (?:header|data), \d+ bytes \(0x[0-9a-f]+\)\s*\n0{4,8}: [0-9a-f]{2} /m;

export function looksLikeCurlWs(head: string): boolean {
  return /^\* .*(?:WS-ENC: |websocket, decoded |WS-DEC: )/m.test(head);
}

export const CURL_TRACE: TraceKind = {
  id: 'trace-curl',
  notes: [],
  framesFromRows: [],
  missing: 'no octets in it: run curl with --trace FILE',
  parse: parseDumps,
};

export const CURL_WS: TraceKind = {
  id: 'trace-curl-ws',
  notes: ['the log tells of opcode, FIN and length alone: there are no payloads, no masks and no reserved bits in it'],
  framesFromRows: ['rx', 'tx'],
  missing: 'no frames in it: run curl with --trace FILE',
  parse: parseNotes,
};

interface OpenDump {
  readonly direction: Direction;
  readonly size: number;
  readonly line: string;
  hex: string;
}

function parseDumps(trace: Trace): TraceParser {
  let open: OpenDump | null = null;
  const end = () => {
    if (!open) return;
    const { direction, size, line, hex } = open;
    open = null;
    const octets = octetsFromHex(hex);
    trace.log().writer('client');
    if (octets?.length === size) trace.log().octets(direction, wholeOctets(octets));
    else trace.log().lost(direction, `${size} octets, of which the trace shows ${hex.length / 2}`, line);
  };
  return {
    line: (line) => {
      const row = DUMP.exec(`${line} `);
      if (row && open) {
        const { size, hex } = open;
        const count = Math.min(16, size - hex.length / 2);
        const digits = (row[2] ?? '').replaceAll(' ', '').slice(0, count * 2);
        if (Number.parseInt(row[1] ?? '', 16) * 2 === hex.length) open.hex += digits;
        return;
      }
      end();
      const found = EVENT.exec(line);
      // What goes over TLS is shown once more, in plain octets.
      if (!found || found[3] === 'SSL data') return;
      if (found[3] === 'header' && found[1] === '=>') trace.over();
      open = { direction: found[1] === '=>' ? 'tx' : 'rx', size: Number(found[4]), line, hex: '' };
    },
    end,
  };
}

function parseNotes(trace: Trace): TraceParser {
  const heads = headLines(() => trace.log());
  return {
    line: (raw) => {
      const line = raw.trimEnd();
      const head = HEAD.exec(line);
      if (head) {
        heads.take(head[1] === '>' ? 'tx' : 'rx', head[2] ?? '');
        return;
      }
      heads.end();
      const [, note] = NOTE.exec(line) ?? [];
      if (note !== undefined) takeNote(trace, note);
    },
    end: () => heads.end(),
  };
}

function takeNote(trace: Trace, note: string): void {
  const sending = SENDING.exec(note);
  const decoded = DECODED.exec(note);
  const unknown = UNKNOWN.exec(note);
  trace.log().writer('client');
  if (sending) addFrame(trace, 'tx', sending[1] ?? '', Number(sending[2]));
  else if (decoded) addFrame(trace, 'rx', decoded[1] ?? decoded[3] ?? '', Number(decoded[2] ?? decoded[4]));
  else if (unknown) {
    const first = Number.parseInt(unknown[1] ?? '', 16);
    const fin = first >= 0x80;
    trace.log().frame({ direction: 'rx', opcode: first & 15, fin, rsv: (first >> 4) & 7, length: null, payload: null });
  }
}

/** `TEXT`, `TEXT NON-FIN`, `CONT CONT NON-FIN`. */
function addFrame(trace: Trace, direction: Direction, words: string, length: number): void {
  const [name = ''] = words.split(' ');
  const opcode = opcodeOf(name);
  if (opcode === null) return;
  trace.log().frame({ direction, opcode, fin: !words.includes('NON-FIN'), length, payload: hiddenPayload(length) });
}
