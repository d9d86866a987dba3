// arduinoWebSockets with DEBUG_WEBSOCKETS: several lines a frame, the payload as a C string where there is one.

import { type Octets, octetsOfLatin1 } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import { headLines, isHeadField, isHeadStart } from './head-lines.ts';
import { closePayload, hiddenPayload, shownPayload } from './trace-frame.ts';
import type { Trace, TraceKind, TraceParser } from './trace-log.ts';

const LINE = /^(?:[^[]{0,40})\[(WS|WS-Server|WS-Client)\](?:\[(\d+)\])?(?:\[(\w+)\])? ?(.*)$/;
const BITS = /^fin: ([01]) rsv1: ([01]) rsv2: ([01]) rsv3:? ([01]) +opCode: (\d{1,2})/;
const SIZE = /^mask: ([01]) payloadLen: (\d{1,10})/;
const SENT = /^fin: ([01]) opCode: (\d{1,2}) mask: ([01]) length: (\d{1,10})/;
const TEXT = /^text: (.*)$/;
const CONTROL = /^(?:ping received|get pong) +\((.*)$/;
const CLOSE = /^get ask for close\. Code: (\d{1,5})/;

export function looksLikeArduino(head: string): boolean {
  return /^.{0,40}\[WS(?:-Server|-Client)?\](?:\[\d+\])?\[(?:handleHeader|handleWebsocket|sendFrame|sendHeader)\]/m.test(
    head,
  );
}

export const ARDUINO: TraceKind = {
  id: 'trace-arduino',
  notes: [
    'payloads are shown as C strings, up to the first octet 00; binary ones and those of sent control frames are not shown',
  ],
  framesFromRows: ['rx', 'tx'],
  missing: 'no frames of arduinoWebSockets in it: define DEBUG_ESP_PORT and set the debug level of the board',
  parse: parseArduino,
};

interface OpenFrame {
  readonly name: string;
  readonly direction: Direction;
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  masked: boolean;
  length: number;
  /** What is shown of the payload, over all its lines. */
  text: string | null;
  kind: 'text' | 'control' | 'close';
  code: number;
}

interface Parsing {
  readonly trace: Trace;
  open: OpenFrame | null;
  /** Lines of the response that the server prints at once. */
  response: string[] | null;
  name: string;
}

function parseArduino(trace: Trace): TraceParser {
  const state: Parsing = { trace, open: null, response: null, name: '0' };
  const heads = headLines(() => trace.log(state.name));
  return {
    line: (line) => {
      const found = LINE.exec(line);
      if (!found) {
        if (!/^\[(?:write|readCb)\]/.test(line)) goOn(state, line);
        return;
      }
      const [, , name, call = '', text = ''] = found;
      state.name = name ?? state.name;
      endResponse(state);
      const [, received] = /^RX: (.*)$/.exec(text) ?? [];
      const [, response] = /^handshake (HTTP\/1\.1 .*)$/.exec(text) ?? [];
      if (received !== undefined) {
        heads.take('rx', received.trimEnd());
        return;
      }
      if (call !== 'handleHeader' || /Header read fin/.test(text)) heads.end();
      if (response !== undefined) state.response = [response.trimEnd()];
      else if (/------- (?:read|send) /.test(text)) endFrame(state);
      else if (/client disconnected|disconnected!/.test(text)) {
        endFrame(state);
        trace.over(state.name);
      } else takeField(state, text);
    },
    end: () => {
      heads.end();
      endResponse(state);
      endFrame(state);
    },
  };
}

function takeField(state: Parsing, text: string): void {
  const bits = BITS.exec(text);
  if (bits) {
    endFrame(state);
    const [, fin, rsv1, rsv2, rsv3, opcode] = bits;
    const rsv = Number(rsv1) * 4 + Number(rsv2) * 2 + Number(rsv3);
    state.open = begin(state, 'rx', fin === '1', Number(opcode), rsv, false, -1);
    return;
  }
  const sent = SENT.exec(text);
  if (sent) {
    endFrame(state);
    state.open = begin(state, 'tx', sent[1] === '1', Number(sent[2]), 0, sent[3] === '1', Number(sent[4]));
    return;
  }
  const { open } = state;
  if (!open) return;
  const size = SIZE.exec(text);
  const shown = TEXT.exec(text) ?? CONTROL.exec(text);
  const close = CLOSE.exec(text);
  if (size) {
    open.masked = size[1] === '1';
    open.length = Number(size[2]);
  } else if (shown) {
    open.kind = text.startsWith('text') ? 'text' : 'control';
    open.text = shown[1] ?? '';
  } else if (close) {
    open.kind = 'close';
    open.code = Number(close[1]);
    open.text = '';
  }
}

function begin(
  { name }: Parsing,
  direction: Direction,
  fin: boolean,
  opcode: number,
  rsv: number,
  masked: boolean,
  length: number,
): OpenFrame {
  return { name, direction, fin, rsv, opcode, masked, length, text: null, kind: 'text', code: 0 };
}

/** A line of its own: more of a head, or of a text that has lines. */
function goOn(state: Parsing, line: string): void {
  const { open, response } = state;
  if (response) {
    if (isHeadField(line.trimEnd()) || isHeadStart(line.trimEnd())) response.push(line.trimEnd());
    else endResponse(state);
  } else if (open && open.text !== null) open.text += open.kind === 'close' ? line : `\n${line}`;
}

function endResponse(state: Parsing): void {
  if (state.response && state.response.length > 1) state.trace.log(state.name).head('tx', state.response);
  state.response = null;
}

function endFrame(state: Parsing): void {
  const { open, trace } = state;
  state.open = null;
  if (!open || open.length < 0) return;
  const { direction, fin, rsv, opcode, masked, length } = open;
  trace.log(open.name).frame({ direction, fin, rsv, opcode, masked, length, payload: payloadOf(open) });
}

function payloadOf({ text, kind, code, length }: OpenFrame): Octets | null {
  if (text === null) return hiddenPayload(length);
  if (kind === 'close') return closePayload(code, withoutBracket(text.trimStart()).slice(1), length);
  const shown = octetsOfLatin1(kind === 'control' ? withoutBracket(text) : text);
  return shown.length <= length ? shownPayload(shown, length) : null;
}

function withoutBracket(text: string): string {
  return text.endsWith(')') ? text.slice(0, -1) : text;
}
