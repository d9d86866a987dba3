// Rust's tungstenite at level TRACE: a block of lines for each frame, the payload in hex.

import { octetsFromHex, wholeOctets } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import { byteStringAt } from '../paste/byte-string.ts';
import { hiddenPayload, opcodeOf } from './trace-frame.ts';
import type { Trace, TraceKind, TraceParser } from './trace-log.ts';

const ROLE = /tungstenite::handshake::(client|server)/;
const REQUEST = /\bRequest: (".*")\s*$/;
const BEGIN = /\b(received|writing|sending|sent) frame:?\s*$/i;
const FIELD = /^(final|reserved|opcode|length|payload length|payload): ?(.*)$/;
const MASKED = /\bMasked: (true|false)\s*$/;

export function looksLikeTungstenite(head: string): boolean {
  return /^<FRAME>\s*$/m.test(head) || /tungstenite::(?:protocol|handshake)/.test(head);
}

export const TUNGSTENITE: TraceKind = {
  id: 'trace-tungstenite',
  notes: ['the response to the handshake is not in the log, and masks only as far as the lengths tell them'],
  framesFromRows: ['rx', 'tx'],
  missing: 'no frames of tungstenite in it: set RUST_LOG=tungstenite=trace',
  parse: parseTungstenite,
};

interface Block {
  readonly direction: Direction;
  readonly masked: boolean | null;
  readonly fields: Map<string, string>;
}

function parseTungstenite(trace: Trace): TraceParser {
  let open: Block | null = null;
  let masked: boolean | null = null;
  const end = () => {
    if (open) takeBlock(trace, open);
    open = null;
  };
  return {
    line: (line) => {
      const next = blockOn(line, masked);
      if (next) {
        end();
        open = next;
        masked = null;
        return;
      }
      const field = open ? FIELD.exec(line) : null;
      if (open && field) {
        open.fields.set(field[1] ?? '', field[2] ?? '');
        if (field[1] === 'payload') end();
        return;
      }
      const [, isMasked] = MASKED.exec(line) ?? [];
      if (isMasked !== undefined) masked = isMasked === 'true';
      takeHandshake(trace, line);
    },
    end,
  };
}

/** The block that begins on the line; `masked`: what was said of a frame that is being received. */
function blockOn(line: string, masked: boolean | null): Block | null {
  const [, verb] = BEGIN.exec(line) ?? [];
  if (verb === undefined) return null;
  const direction = /received/i.test(verb) ? 'rx' : 'tx';
  return { direction, masked: direction === 'rx' ? masked : null, fields: new Map() };
}

function takeHandshake(trace: Trace, line: string): void {
  const [, role] = ROLE.exec(line) ?? [];
  if (role === 'client' || role === 'server') trace.log().writer(role);
  const [, quoted] = REQUEST.exec(line) ?? [];
  const head = quoted === undefined ? null : byteStringAt(quoted, 0);
  if (head && head.end === quoted?.length) trace.log().octets('tx', wholeOctets(head.octets));
}

function takeBlock(trace: Trace, { direction, masked, fields }: Block): void {
  const opcode = opcodeIn(fields.get('opcode') ?? '');
  const length = Number(fields.get('payload length') ?? Number.NaN);
  if (opcode === null || !Number.isSafeInteger(length)) {
    trace.log().lost(direction, 'a frame whose fields cannot be read', [...fields.values()].join(' '));
    return;
  }
  const bits = (fields.get('reserved') ?? '').split(' ');
  // Old versions write octets below 16 with one digit.
  const octets = octetsFromHex((fields.get('payload') ?? '').trim().replace(/^0x/, ''));
  const isMasked = masked ?? isMaskedBy(Number(fields.get('length') ?? Number.NaN), length);
  trace.log().frame({
    direction,
    opcode,
    fin: fields.get('final') === 'true',
    rsv: bits.reduce((sum, bit, i) => sum | (bit === 'true' ? 4 >> i : 0), 0),
    ...(isMasked === null ? {} : { masked: isMasked }),
    length,
    payload: octets?.length === length ? wholeOctets(octets) : hiddenPayload(length),
  });
}

function opcodeIn(text: string): number | null {
  const [, reserved] = /^RESERVED\D*(\d{1,2})/i.exec(text) ?? [];
  return reserved === undefined ? opcodeOf(text.trim()) : Number(reserved);
}

/** The whole frame's length tells, for a masking key takes four octets. */
function isMaskedBy(whole: number, payload: number): boolean | null {
  const header = whole - payload - (payload > 0xffff ? 8 : payload > 125 ? 2 : 0);
  return header === 2 ? false : header === 6 ? true : null;
}
