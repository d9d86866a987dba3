// Netty's LoggingHandler: a table of octets under each READ and WRITE of a channel.

import { octetsFromHex, wholeOctets } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import type { Trace, TraceKind, TraceParser } from './trace-log.ts';

const EVENT = /\[id: (0x[0-9a-f]+)[^\]]*\] (READ|WRITE|RECEIVED)(?:: |\()(\d{1,9})B\)?/;
const ROW = /^\|([0-9a-f]{8})\|((?: [0-9a-f]{2}){1,16}) *\|.*\|\s*$/;

export function looksLikeNetty(head: string): boolean {
  return /^\+-{8}\+-{49}\+/m.test(head) && EVENT.test(head);
}

export const NETTY: TraceKind = {
  id: 'trace-netty',
  notes: [],
  framesFromRows: [],
  missing: 'no octets in it: put a LoggingHandler of level DEBUG first in the pipeline',
  parse: parseNetty,
};

interface OpenDump {
  readonly name: string;
  readonly direction: Direction;
  readonly size: number;
  readonly line: string;
  hex: string;
}

function parseNetty(trace: Trace): TraceParser {
  let open: OpenDump | null = null;
  const end = () => {
    if (!open) return;
    const { name, direction, size, line, hex } = open;
    open = null;
    const octets = octetsFromHex(hex);
    if (octets?.length === size) {
      noteRole(trace, name, direction, octets);
      trace.log(name).octets(direction, wholeOctets(octets));
    } else if (size > 0)
      trace.log(name).lost(direction, `${size} octets, of which the table shows ${hex.length / 2}`, line);
  };
  return {
    line: (line) => {
      const row = ROW.exec(line);
      if (row && open) {
        if (Number.parseInt(row[1] ?? '', 16) * 2 === open.hex.length) open.hex += (row[2] ?? '').replaceAll(' ', '');
        return;
      }
      const found = EVENT.exec(line);
      if (!found && /^[+|]|^ +[+|]/.test(line)) return;
      end();
      if (!found) return;
      const direction = found[2] === 'WRITE' ? 'tx' : 'rx';
      open = { name: found[1] ?? '', direction, size: Number(found[3]), line, hex: '' };
    },
    end,
  };
}

function noteRole(trace: Trace, name: string, direction: Direction, octets: Uint8Array): void {
  const start = Buffer.from(octets.subarray(0, 5)).toString('latin1');
  const isRequest = start.startsWith('GET ');
  if (!isRequest && start !== 'HTTP/') return;
  trace.log(name).writer(isRequest === (direction === 'tx') ? 'client' : 'server');
}
