// Masking gone wrong, seen in what came back: an echo is compared with the octets that stood on the wire.

import { escapeText, hexOf, octetsInWords, textOf } from '../../model/octets.ts';
import { isKeyMissing } from '../../protocol/frame/clear-payload.ts';
import { endOf } from '../../protocol/frame/frame.ts';
import { unmask } from '../../protocol/frame/masking.ts';
import { OPCODE } from '../../protocol/frame/opcode.ts';
import { type EchoCheck, type HintRecord, ofEchoes } from './record.ts';
import type { LikelyEcho, Sending } from './sendings.ts';
import {
  agree,
  concatWire,
  countInWords,
  ENOUGH,
  type FrameSummary,
  isEqual,
  maskedPayload,
  startsWith,
  wireAround,
  wireFrom,
} from './wire.ts';

/** The whole of it as it stood on the wire; null where not all of its frames are masked. */
function maskedOf({ frames, rawLength }: Sending): Uint8Array | null {
  if (frames.some(({ masked, key }) => !masked || key === null)) return null;
  return concatWire(frames, rawLength, maskedPayload);
}

export function isZero(key: Uint8Array): boolean {
  return key.every((octet) => octet === 0);
}

function known({ raw, rawLength }: Sending): string {
  return countInWords(raw.length, rawLength);
}

const notUnmasked: EchoCheck = (echo, sent) => {
  if (echo.rawLength !== sent.rawLength || echo.raw.length < ENOUGH) return null;
  const left: FrameSummary[] = [];
  let at = 0;
  for (const frame of sent.frames) {
    const { payload, key, length } = frame;
    const part = echo.raw.subarray(at, at + payload.length);
    const count = Math.min(part.length, payload.length);
    at += length;
    if (isEqual(part, payload, count)) continue;
    if (!key || !isEqual(part, maskedPayload(frame), count)) return null;
    left.push(frame);
  }
  const longest = Math.max(0, ...left.map(({ payload }) => payload.length));
  const [first] = left;
  if (!first?.key || longest < ENOUGH) return null;
  const key = hexOf(first.key);
  if (sent.frames.length > 1) {
    const rows = left.map(({ row }) => row).join(', ');
    const says = `row ${echo.row}: what came back of the fragment in row ${rows} is its payload XORed with its key ${key}: it was not unmasked, or unmasked twice`;
    return { row: echo.row, says };
  }
  const says = `row ${echo.row}: ${known(echo)} are the payload of row ${sent.row} XORed with its key ${key}: it was not unmasked, or unmasked twice`;
  return { row: echo.row, says };
};

const notMasked: EchoCheck = (echo, sent) => {
  const [frame] = echo.frames;
  if (!frame?.key || isZero(frame.key) || echo.rawLength !== sent.rawLength) return null;
  const onWire = maskedOf(echo);
  const count = Math.min(onWire?.length ?? 0, sent.raw.length);
  if (!onWire || count < ENOUGH || !isEqual(onWire, sent.raw, count)) return null;
  const says = `row ${echo.row}: the mask bit is set and the key is ${hexOf(frame.key)}, but ${countInWords(count, sent.rawLength)} on the wire are those of row ${sent.row} unchanged: they were not masked, or masked twice`;
  return { row: echo.row, says };
};

/** Without an echo to compare: what stands there can be read as it is. */
const checkClear: HintRecord['check'] = ({ endpoint: { clearOnWire: frame } }) => {
  if (!frame?.maskingKey) return null;
  const { row } = endOf(frame);
  const onWire = unmask(frame.payload, frame.maskingKey);
  const shown =
    frame.opcode === OPCODE.CLOSE ? hexOf(onWire.subarray(0, 2)) : `"${escapeText(textOf(onWire.subarray(0, 48)))}"`;
  const says = `row ${row}: the mask bit is set and the key is ${hexOf(frame.maskingKey)}, but the payload is in clear, ${shown}: it was not masked, or the log shows it unmasked`;
  return { row, says };
};

const maskBitMissing: EchoCheck = (echo, sent) => {
  if (echo.frames.some(({ masked }) => masked) || echo.rawLength !== sent.rawLength + 4) return null;
  const count = Math.min(echo.raw.length - 4, sent.raw.length);
  const key = echo.raw.subarray(0, 4);
  if (count < ENOUGH || !isEqual(unmask(echo.raw.subarray(4), key), sent.raw, count)) return null;
  const says = `row ${echo.row}: the first 4 octets of the payload, ${hexOf(key)}, are a masking key, and the rest is the payload of row ${sent.row} masked with it: the mask bit was not set`;
  return { row: echo.row, says };
};

const checkKeyMissing: HintRecord['check'] = ({ suspects }) => {
  for (const { frame, candidates } of suspects) {
    if (!frame.masked || frame.header.length < frame.headerLength) continue;
    for (const sent of candidates) {
      const { raw, rawLength } = sent;
      if (rawLength !== frame.length || raw.length < ENOUGH) continue;
      const at = frame.headerLength - 4;
      const onWire = wireFrom(frame);
      const count = Math.min(raw.length, onWire.length - at);
      if (count < ENOUGH || !isEqual(onWire.subarray(at), raw, count)) continue;
      const says = `row ${frame.row}: the mask bit is set, and ${countInWords(count, rawLength)} of row ${sent.row} begin where the key should be: no key was written, and the frame is 4 octets short`;
      return { row: frame.row, says };
    }
  }
  return null;
};

/** Without an echo to compare. */
const checkTextForKey: HintRecord['check'] = ({ unfinished, endpoint: { role } }) => {
  if (!unfinished?.key || role === 'server') return null;
  const { row, key, payload } = unfinished;
  if (!isKeyMissing({ ...unfinished, maskingKey: key })) return null;
  const text = `${textOf(key)}${textOf(unmask(payload, key))}`;
  const says = `row ${row}: the mask bit is set, and "${escapeText(text.slice(0, 48))}" stands where the key should be: no key was written, and the frame is 4 octets short`;
  return { row, says };
};

/** As far as both are known. */
function isEcho(echo: LikelyEcho, sent: Sending): boolean {
  return echo.raw.length < ENOUGH || agree(echo.raw, sent.raw);
}

/** How far from its place a payload is looked for. */
const FAR = 8;

const readOff: EchoCheck = (echo, sent) => {
  const [frame] = sent.frames;
  if (!frame || sent.frames.length > 1 || echo.rawLength !== sent.rawLength || isEcho(echo, sent)) return null;
  // Nobody reads what has not come yet.
  const { wire, at } = wireAround(frame, echo.startRow);
  const place = at + frame.headerLength;
  for (let off = -FAR; off <= FAR; off++) {
    const from = place + off;
    if (off === 0 || from < (frame.masked ? 4 : 0)) continue;
    const key = wire.subarray(from - 4, from);
    const piece = wire.subarray(from, from + echo.raw.length);
    if (!startsWith(frame.masked ? unmask(piece, key) : piece, echo.raw)) continue;
    const side = `${octetsInWords(Math.abs(off))} ${off < 0 ? 'before' : 'after'}`;
    const keyed = frame.masked ? ` and unmasked with ${hexOf(key)} instead of ${hexOf(frame.key ?? key)}` : '';
    const says = `row ${echo.row}: ${known(echo)} are the payload of row ${sent.row}, read from ${side} its beginning${keyed}: an octet was lost, or a header misread`;
    return { row: echo.row, says };
  }
  return null;
};

export const MASKING_HINTS: readonly HintRecord[] = [
  {
    id: 'payload-not-unmasked',
    title: 'The echo is what was on the wire: the payload was not unmasked, or unmasked twice',
    check: ofEchoes(notUnmasked),
    examples: {
      shows: [
        { log: 'tx 818537fa213d7f9f4d5158\nrx 81057f9f4d5158', row: 1 },
        { log: 'tx 898537fa213d7f9f4d5158\nrx 8a057f9f4d5158', row: 1 },
        { log: 'tx 018537fa213d7f9f4d5158\ntx 80859c51e07bd4348c17f3\nrx 810a48656c6c6fd4348c17f3', row: 2 },
      ],
      holds: [
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810548656c6c6f' },
        { log: 'tx 81850000000048656c6c6f\nrx 810548656c6c6f' },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 81037f9f4d' },
      ],
    },
  },
  {
    id: 'payload-not-masked',
    title: 'The mask bit is set and the payload is in clear: it was not masked, or masked twice',
    check: (facts) => ofEchoes(notMasked)(facts) ?? checkClear(facts),
    examples: {
      shows: [
        { log: 'tx 818537fa213d48656c6c6f', row: 0 },
        { log: 'tx 888237fa213d03e8', row: 0 },
        // More than is shown.
        {
          log: `tx 81be37fa213d${Buffer.from('the quick brown fox jumps over the lazy dog and over the fence').toString('hex')}`,
          row: 0,
        },
        { log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818537fa213d48656c6c6f', row: 1 },
        { log: '# writer: server\n# extensions: none\ntx 810448656c6c\nrx 818437fa213d48656c6c', row: 1 },
      ],
      holds: [
        { log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818537fa213d7f9f4d5158' },
        // Text that is not UTF-8, masked as it should be.
        { log: 'tx 818537fa213d7f9f4d5197' },
      ],
    },
  },
  {
    id: 'mask-bit-missing',
    title: 'A masking key and a masked payload, but the mask bit is not set',
    check: ofEchoes(maskBitMissing),
    examples: {
      shows: [{ log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 810937fa213d7f9f4d5158', row: 1 }],
      holds: [{ log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818537fa213d7f9f4d5158' }],
    },
  },
  {
    id: 'masking-key-missing',
    title: 'The mask bit is set, but no key was written',
    check: (facts) => checkKeyMissing(facts) ?? checkTextForKey(facts),
    examples: {
      shows: [
        { log: 'tx 818548656c6c6f', row: 0 },
        { log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818548656c6c6f', row: 1 },
        { log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818548656c6c6f888237fa213d3412', row: 1 },
      ],
      holds: [{ log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818537fa213d7f9f4d51' }],
    },
  },
  {
    id: 'payload-read-off-place',
    title: 'The echo is the payload read from a few octets before or after its beginning',
    check: ofEchoes(readOff),
    examples: {
      shows: [
        {
          log: 'tx 818dddc30fc095a663acb2ef2fb7b2b163a4fc\ntx c18d22d0ba5c6ab5d6304dfc9a2b4da2d63803\nrx 810d656c6c272c207727726c646902',
          row: 2,
        },
        { log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\ntx 8900\nrx 818537fa213d52964d52be', row: 2 },
      ],
      holds: [
        {
          log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\ntx 8900\nrx 818537fa213d7f9f4d5158\nrx 8a8037fa213d',
        },
        // The echo of the second comes later than it, 7 octets behind the payload of the first.
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810548656c6c6f\ntx 818537fa213d6095535153\nrx 8105576f726c64' },
      ],
    },
  },
];
