// Java-WebSocket at level TRACE: frames with their payloads as Java strings, over as many lines as these have.

import { type Octets, octetsOfLatin1 } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import { headLines } from './head-lines.ts';
import { closePayload, hiddenPayload, opcodeOf, shownPayload } from './trace-frame.ts';
import type { Trace, TraceKind, TraceParser } from './trace-log.ts';

const FRAME =
  /(send frame|matched frame): Framedata\{ ?opcode:(\w+), fin:(true|false), rsv1:(true|false), rsv2:(true|false), rsv3:(true|false), payload length:\[pos:\d+, len:(\d{1,10})\], payload:([\s\S]*)$/;
const HEAD = /\b(write|process)\(\d+\): \(?((?:GET |HTTP\/1\.).*)$/;
/** A line of the logger, not one of a payload. */
const LOGGED = /org\.java_websocket\.|^\d{4}-\d\d-\d\d |^\[[\w-]+\] (?:TRACE|DEBUG|INFO) /;
const REPLACEMENT = Buffer.from('\ufffd', 'utf8').toString('latin1');

export function looksLikeJavaWebsocket(head: string): boolean {
  return /org\.java_websocket\.|(?:send|matched) frame: Framedata\{/.test(head);
}

export const JAVA_WEBSOCKET: TraceKind = {
  id: 'trace-java-websocket',
  notes: ['payloads are shown as Java strings: octets that are no text are lost, and so are masks'],
  framesFromRows: ['rx', 'tx'],
  missing: 'no frames of Java-WebSocket in it: set the level of org.java_websocket to TRACE',
  parse: parseJava,
};

function parseJava(trace: Trace): TraceParser {
  let record = '';
  const heads = headLines(() => trace.log());
  let direction: Direction | null = null;
  const end = () => {
    takeFrame(trace, record);
    record = '';
  };
  return {
    line: (line) => {
      if (!LOGGED.test(line)) {
        if (direction && heads.take(direction, line.trimEnd())) return;
        direction = null;
        if (record !== '') record += `\n${line}`;
        return;
      }
      end();
      heads.end();
      direction = headDirection(trace, line);
      if (direction) heads.take(direction, (HEAD.exec(line)?.[2] ?? '').trimEnd());
      else if (line.includes('Framedata{')) record = line;
    },
    end: () => {
      end();
      heads.end();
    },
  };
}

/** Null where no head begins on the line. */
function headDirection(trace: Trace, line: string): Direction | null {
  const [, call, start = ''] = HEAD.exec(line) ?? [];
  if (call === undefined) return null;
  if (call === 'write' && start.startsWith('GET')) trace.over();
  return call === 'write' ? 'tx' : 'rx';
}

function takeFrame(trace: Trace, record: string): void {
  const found = FRAME.exec(record);
  if (!found) return;
  const [, call, name = '', fin, rsv1, rsv2, rsv3, size, rest = ''] = found;
  const direction = call === 'send frame' ? 'tx' : 'rx';
  const opcode = opcodeOf(name);
  if (opcode === null) {
    trace.log().lost(direction, `a frame of the unknown opcode "${name.slice(0, 20)}"`, record);
    return;
  }
  const length = Number(size);
  const [, text = '', code] = /^([\s\S]*)\}(?:code: (\d{1,5}))?\s*$/.exec(rest) ?? [];
  trace.log().frame({
    direction,
    opcode,
    fin: fin === 'true',
    rsv: Number(rsv1 === 'true') * 4 + Number(rsv2 === 'true') * 2 + Number(rsv3 === 'true'),
    length,
    payload: opcode === 8 ? closeOf(text, code, length) : textOf(text, length),
  });
}

/** Whole only where no octet was lost on the way to a string and back. */
function textOf(text: string, length: number): Octets | null {
  const octets = octetsOfLatin1(text);
  return octets.length === length && !text.includes(REPLACEMENT) ? shownPayload(octets, length) : hiddenPayload(length);
}

/** The two octets of the code are no text; what follows them is. */
function closeOf(text: string, code: string | undefined, length: number): Octets | null {
  if (code === undefined || length < 2) return hiddenPayload(length);
  const reason = text.slice(Math.max(0, text.length - (length - 2)));
  return closePayload(Number(code), reason.includes(REPLACEMENT) ? '' : reason, length);
}
