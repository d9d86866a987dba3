// Python's websockets, and uvicorn with it. Since version 10 a frame is `> TEXT 'Hello' [5 bytes]`, before that
// `> Frame(fin=True, opcode=1, data=b'Hello', …)`. Long payloads are elided in the middle, bad text is shown as hex.

import { type Octets, octetsFromHex, octetsOfText, wholeOctets } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import { parsePythonLiteral } from '../autobahn/python-literal.ts';
import { decodeText } from '../line-splitter.ts';
import { byteLiteralAt } from '../paste/byte-string.ts';
import { headLines } from './head-lines.ts';
import { closePayload, hiddenPayload, opcodeOf, shownPayload } from './trace-frame.ts';
import type { Trace, TraceKind, TraceParser } from './trace-log.ts';

const FRAME =
  /(?:^|[\s\]:])([<>]) (TEXT|BINARY|CONT|CLOSE|PING|PONG)(?: (.*))? \[(?:(text|binary), )?(\d{1,15}) bytes?(, continued)?\]$/;
const OLD_FRAME =
  /(?:^|[\s\]:])(?:(client|server) )?([<>]) Frame\(fin=(True|False), opcode=(?:<[^:>]*: (\d{1,2})>|(\d{1,2})), data=(.*), rsv1=(True|False), rsv2=(True|False), rsv3=(True|False)\)$/;
const HEAD_LINE =
  /(?:^|[\s\]:])(?:(?:client|server) )?([<>]) ((?:[A-Z]{3,8} \/|HTTP\/1\.|[A-Za-z][\w-]*: ?).*|[A-Za-z][\w-]*:)$/;
const OLD_HEADERS = /(?:^|[\s\]:])(?:client|server) ([<>]) Headers\((\[.*\])\)$/;
const STATE = /(?:^|[\s\]:])(?:(?:client|server) - state = (CONNECTING|CLOSED)|= connection is (CONNECTING|CLOSED))$/;
const FAILURE =
  /(?:^|[\s\]:])(?:! failing connection with code \d+|(?:client|server) ! failing \w+ WebSocket connection with code \d+)/;

/** Where the middle of a long payload was. */
const ELLIPSIS_AT = 48;
const LONGEST = 75;

export function looksLikeWebsockets(head: string): boolean {
  return head.split('\n').some((line) => FRAME.test(line.trimEnd()) || OLD_FRAME.test(line.trimEnd()));
}

export function looksLikeUvicorn(head: string): boolean {
  return /^(?:TRACE|INFO): +(?:.* )?(?:ASGI \[\d+\]|Uvicorn running on|\S+ - "WebSocket )/m.test(head);
}

const NOTES = [
  'the library logs frames after it has read them: masks and the form of lengths are not in the log, nor are frames that it refused',
  'lengths are those after inflating, and long payloads are shown in part',
];

export const WEBSOCKETS: TraceKind = {
  id: 'trace-websockets',
  notes: NOTES,
  framesFromRows: ['rx', 'tx'],
  missing: 'no frames of Python websockets in it: set the level of the logger "websockets" to DEBUG',
  parse: parseWebsockets,
};

export const UVICORN: TraceKind = {
  ...WEBSOCKETS,
  id: 'trace-uvicorn',
  missing: 'no frames in it: run uvicorn with --log-level debug and --ws websockets',
};

function parseWebsockets(trace: Trace): TraceParser {
  let oldStart: { readonly direction: Direction; readonly line: string } | null = null;
  const log = () => trace.log();
  const heads = headLines(log);
  return {
    line: (raw) => {
      const line = raw.trimEnd();
      const old = OLD_HEADERS.exec(line);
      if (old && oldStart) {
        log().head(oldStart.direction, [oldStart.line, ...oldFields(old[2] ?? '')]);
        oldStart = null;
        heads.end();
        return;
      }
      const head = HEAD_LINE.exec(line);
      const direction = head?.[1] === '>' ? 'tx' : 'rx';
      if (head && isOldHead(line)) {
        oldStart = { direction, line: head[2] ?? '' };
        return;
      }
      if (head && heads.take(direction, head[2] ?? '')) return;
      heads.end();
      const state = STATE.exec(line);
      if (state) {
        if (state.includes('CONNECTING')) trace.over();
        return;
      }
      takeFrame(trace, line);
    },
    end: () => heads.end(),
  };
}

/** Version 9 and older name their own role, and print the fields of a head as a list of pairs. */
function isOldHead(line: string): boolean {
  return /(?:^|[\s\]:])(?:client|server) [<>] (?:GET \S+ HTTP\/1\.1|HTTP\/1\.1 \d{3}.*)$/.test(line);
}

function oldFields(text: string): string[] {
  const pairs = parsePythonLiteral(text);
  if (!Array.isArray(pairs)) return [];
  return pairs.flatMap((pair) => (Array.isArray(pair) && pair.length === 2 ? [`${pair[0]}: ${pair[1]}`] : []));
}

function takeFrame(trace: Trace, line: string): void {
  const found = FRAME.exec(line);
  if (found) {
    const [, mark, name = '', data = '', coding, size, continued] = found;
    const opcode = opcodeOf(name) as number;
    const length = Number(size);
    const payload = payloadOf(opcode, data, coding, length);
    writerIn(trace, line);
    trace.log().frame({ direction: mark === '>' ? 'tx' : 'rx', opcode, fin: continued === undefined, length, payload });
    return;
  }
  const old = OLD_FRAME.exec(line);
  if (old) takeOldFrame(trace, old);
  else if (FAILURE.test(line)) {
    trace
      .log()
      .lost('rx', 'the library failed the connection, and what made it do so it may not have logged', line.trim());
  }
}

/** The name of the logger tells the role where the handshake is not in the log. */
function writerIn(trace: Trace, line: string): void {
  const [, role] = /\bwebsockets\.(client|server)\b/.exec(line) ?? [];
  if (role === 'client' || role === 'server') trace.log().writer(role);
}

function takeOldFrame(trace: Trace, found: RegExpExecArray): void {
  const [, role, mark, fin, named, number, data = '', ...bits] = found;
  const literal = byteLiteralAt(data, 0);
  const octets = literal && literal.end === data.length ? literal.octets : null;
  const log = trace.log();
  if (role === 'client' || role === 'server') log.writer(role);
  log.frame({
    direction: mark === '>' ? 'tx' : 'rx',
    opcode: Number(named ?? number),
    fin: fin === 'True',
    rsv: bits.reduce((sum, bit, i) => sum | (bit === 'True' ? 4 >> i : 0), 0),
    length: octets?.length ?? null,
    payload: octets && wholeOctets(octets),
  });
}

function payloadOf(opcode: number, data: string, coding: string | undefined, length: number): Octets | null {
  if (length === 0) return hiddenPayload(0);
  if (opcode === 8) {
    const [, code, reason = ''] = /^(\d{4}) \([^)]*\)(?: (.*))?$/.exec(data) ?? [];
    return code === undefined ? null : closePayload(Number(code), decodedReason(reason, length), length);
  }
  const isHex = opcode === 2 || coding === 'binary' || !/^['"]/.test(data);
  return isHex ? hexPayload(data, length) : textPayload(data, length);
}

/** The reason ends where the middle of the line was left out. */
function decodedReason(reason: string, length: number): string {
  return reason.length + 2 === length ? reason : reason.slice(0, Math.max(0, reason.indexOf('...')));
}

function hexPayload(data: string, length: number): Octets | null {
  const [first = ''] = data.split('...');
  const octets = octetsFromHex(first.replaceAll(' ', ''));
  return octets && octets.length <= length ? shownPayload(octets, length) : null;
}

/** A `repr`, of which more than 75 characters lose their middle. */
function textPayload(data: string, length: number): Octets | null {
  const text = decodeText(data);
  const whole = parsePythonLiteral(text);
  if (typeof whole === 'string' && octetsOfText(whole).length === length)
    return shownPayload(octetsOfText(whole), length);
  const letters = [...text];
  if (letters.length > LONGEST || letters.slice(ELLIPSIS_AT, ELLIPSIS_AT + 3).join('') !== '...') return null;
  const shown = letters
    .slice(0, ELLIPSIS_AT)
    .join('')
    .replace(/\\(?:[xuU][0-9a-f]*)?$/, '');
  const first = parsePythonLiteral(shown + (text[0] ?? ''));
  return typeof first === 'string' ? shownPayload(octetsOfText(first), length) : null;
}
