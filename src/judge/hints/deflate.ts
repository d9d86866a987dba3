// Compression (RFC 7692) that the header does not announce, or announces in vain.

import { inflateSync } from 'node:zlib';
import { escapeText, octetsInWords, textOf } from '../../model/octets.ts';
import { pushUtf8, startUtf8 } from '../../model/utf8.ts';
import { inflateMessage, startInflate } from '../../protocol/deflate/inflate.ts';
import { OPCODE } from '../../protocol/frame/opcode.ts';
import type { HintFacts } from './facts.ts';
import type { HintFound, HintRecord } from './record.ts';
import type { LikelyEcho, Sending } from './sendings.ts';
import { agree, countInWords, ENOUGH, isEqual, KEPT } from './wire.ts';

const RSV1 = 4;
/** Text that is equal to nothing has to prove itself by its length. */
const ENOUGH_TEXT = 8;

interface Inflated {
  readonly octets: Uint8Array;
  readonly how: string;
}

/** What the payload inflates to, right to its end. */
function inflated(raw: Uint8Array): Inflated | null {
  const { octets, end, fault } = inflateMessage(startInflate(), [raw], { limit: 16 * KEPT });
  if (end !== 'limit' && end !== 'inside-block' && fault === null && octets.length > 0) {
    return { octets, how: '' };
  }
  if (raw[0] !== 0x78) return null;
  try {
    // zlib's wrapping has a checksum.
    return { octets: inflateSync(raw, { maxOutputLength: 16 * KEPT }), how: " in zlib's wrapping" };
  } catch {
    return null;
  }
}

function isText(octets: Uint8Array): boolean {
  const state = startUtf8();
  return pushUtf8(state, octets) < 0 && state.due === 0 && !octets.some((octet) => octet < 32 && !BLANKS.has(octet));
}

const BLANKS: ReadonlySet<number> = new Set([9, 10, 13]);

function fits({ candidates, opcode, raw }: LikelyEcho, { octets }: Inflated): Sending | 'text' | null {
  const same = candidates.find(
    (sent) => sent.length === octets.length && sent.octets.length >= ENOUGH && agree(sent.octets, octets),
  );
  if (same) return same;
  return opcode === OPCODE.TEXT && octets.length >= ENOUGH_TEXT && isText(octets) && !isText(raw) ? 'text' : null;
}

function compressed(echo: LikelyEcho, isAgreed: boolean): HintFound | null {
  const clear = inflated(echo.raw);
  const fit = clear && fits(echo, clear);
  if (!clear || !fit) return null;
  const { row, rawLength } = echo;
  const what =
    fit === 'text'
      ? `the text "${escapeText(textOf(clear.octets.subarray(0, 32)))}"`
      : `the ${clear.octets.length} octets of row ${fit.row}`;
  const rsv1 = hasRsv1(echo) ? 'set' : 'not set';
  const agreed = isAgreed ? 'permessage-deflate is agreed' : 'no compression is agreed';
  const says = `row ${row}: the ${octetsInWords(rawLength)} of the payload inflate${clear.how} to ${what}: the message is compressed, RSV1 is ${rsv1}, and ${agreed}`;
  return { row, says };
}

function hasRsv1({ frames }: LikelyEcho): boolean {
  return ((frames[0]?.rsv ?? 0) & RSV1) !== 0;
}

function checkCompressed(withRsv1: boolean): HintRecord['check'] {
  return ({ echoes, connection }) => {
    for (const echo of echoes) {
      const isCandidate = echo.kind === 'message' && !echo.compressed && hasRsv1(echo) === withRsv1;
      if (!isCandidate || echo.raw.length < Math.max(echo.rawLength, ENOUGH)) continue;
      const found = compressed(echo, connection.deflate !== null);
      if (found) return found;
    }
    return null;
  };
}

function checkPlain({ echoes }: HintFacts): HintFound | null {
  for (const echo of echoes) {
    if (!echo.compressed || echo.raw.length < ENOUGH) continue;
    const sent = echo.candidates.find(
      (one) => one.length === echo.rawLength && one.octets.length >= ENOUGH && isSame(one.octets, echo.raw),
    );
    if (!sent) continue;
    const says = `row ${echo.row}: RSV1 is set, and ${countInWords(echo.raw.length, echo.rawLength)} are those of row ${sent.row} unchanged: the message is not compressed`;
    return { row: echo.row, says };
  }
  return null;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return isEqual(a, b, Math.min(a.length, b.length));
}

const DEFLATE = '# writer: client\n# extensions: permessage-deflate\n';

export const DEFLATE_HINTS: readonly HintRecord[] = [
  {
    id: 'compressed-without-rsv1',
    title: 'The payload is compressed, but RSV1 is not set',
    check: checkCompressed(false),
    examples: {
      shows: [
        { log: `${DEFLATE}tx 818537fa213d7f9f4d5158\nrx 8107f248cdc9c90700`, row: 1 },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 8107f248cdc9c90700', row: 1 },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810d789cf348cdc9c90700058c01f5', row: 1 },
        // Nobody sent it, and it is text.
        { log: 'rx 81194a542849ad285128c9482c51c8cb4fca4fa954284ecd2b0100', row: 0 },
        // Behind an echo that is right.
        {
          log: 'tx 818537fa213d7f9f4d5158\nrx 810548656c6c6f\ntx 81859c51e07bcb3e9217f8\nrx 81070acf2fca490100',
          row: 3,
        },
      ],
      holds: [
        { log: `${DEFLATE}tx 818537fa213d7f9f4d5158\nrx c107f248cdc9c90700` },
        { log: 'rx 8207f248cdc9c90700' },
        { log: 'rx 82194a542849ad285128c9482c51c8cb4fca4fa954284ecd2b0100' },
      ],
    },
  },
  {
    id: 'compressed-without-agreement',
    title: 'The payload is compressed and RSV1 is set, but no compression is agreed',
    check: checkCompressed(true),
    examples: {
      shows: [{ log: 'tx 818537fa213d7f9f4d5158\nrx c107f248cdc9c90700', row: 1 }],
      holds: [{ log: `${DEFLATE}tx 818537fa213d7f9f4d5158\nrx c107f248cdc9c90700` }],
    },
  },
  {
    id: 'rsv1-on-plain-payload',
    title: 'RSV1 is set, but the payload is not compressed',
    check: checkPlain,
    examples: {
      shows: [{ log: `${DEFLATE}tx 818537fa213d7f9f4d5158\nrx c10548656c6c6f`, row: 1 }],
      holds: [{ log: `${DEFLATE}tx 818537fa213d7f9f4d5158\nrx 810548656c6c6f` }],
    },
  },
];
