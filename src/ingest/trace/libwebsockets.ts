// libwebsockets: what a program prints of the messages that it is given, a line about each piece and a dump of it. The
// library's own notes have no octets.

import { octetsFromHex } from '../../model/octets.ts';
import { shownPayload } from './trace-frame.ts';
import type { Trace, TraceKind, TraceParser } from './trace-log.ts';

const PREFIX = /^\[\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d:\d{4}\] [A-Z]: /;
const RECEIVED = /LWS_CALLBACK_(CLIENT_)?RECEIVE: +(\d{1,9}) \(rpp +(\d{1,9}), first ([01]), last ([01]), bin ([01])\b/;
const DUMP = /^([0-9A-F]{4,8}): ((?:[0-9A-F]{2} ?){1,16}) {2,}/i;

export function looksLikeLibwebsockets(head: string): boolean {
  return /^\[\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d:\d{4}\] [A-Z]: .*(?:lws|LWS|libwebsockets)/m.test(head);
}

export const LIBWEBSOCKETS: TraceKind = {
  id: 'trace-libwebsockets',
  notes: [
    'only the messages that the program was given are in the log: no control frames, no masks, and nothing that it sent',
  ],
  framesFromRows: ['rx', 'tx'],
  missing:
    'no octets and no frames in it: print each LWS_CALLBACK_RECEIVE with lwsl_hexdump_notice, or capture with tcpdump',
  parse: parseLibwebsockets,
};

interface ReceivedPiece {
  readonly size: number;
  /** Octets of the frame that are still to come. */
  readonly left: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly isBinary: boolean;
  hex: string;
}

function parseLibwebsockets(trace: Trace): TraceParser {
  let pieces: ReceivedPiece[] = [];
  const end = () => {
    const last = pieces.at(-1);
    if (!last || last.left > 0) return;
    takeFrame(trace, pieces, last);
    pieces = [];
  };
  return {
    line: (raw) => {
      const line = raw.replace(PREFIX, '');
      const row = DUMP.exec(line);
      const open = pieces.at(-1);
      if (row && open) {
        if (Number.parseInt(row[1] ?? '', 16) * 2 === open.hex.length) open.hex += (row[2] ?? '').replaceAll(' ', '');
        return;
      }
      const found = RECEIVED.exec(line);
      if (!found) return;
      end();
      const [, client, size, left, first, last, bin] = found;
      if (client !== undefined) trace.log().writer('client');
      pieces.push({
        size: Number(size),
        left: Number(left),
        isFirst: first === '1',
        isLast: last === '1',
        isBinary: bin === '1',
        hex: '',
      });
    },
    end,
  };
}

function takeFrame(trace: Trace, pieces: readonly ReceivedPiece[], last: ReceivedPiece): void {
  const length = pieces.reduce((sum, { size }) => sum + size, 0);
  const hidden = pieces.findIndex(({ hex, size }) => hex.length !== size * 2);
  const shown = hidden < 0 ? pieces : pieces.slice(0, hidden + 1);
  const octets = octetsFromHex(shown.map(({ hex }) => hex).join(''));
  const opcode = pieces[0]?.isFirst ? (last.isBinary ? 2 : 1) : 0;
  const payload = octets && octets.length <= length ? shownPayload(octets, length) : null;
  trace.log().frame({ direction: 'rx', opcode, fin: last.isLast, length, payload });
}
