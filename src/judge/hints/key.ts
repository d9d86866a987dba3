// Masking with the wrong key, seen in what came back: which octets it must have been XORed with.

import { hexOf } from '../../model/octets.ts';
import { unmask } from '../../protocol/frame/masking.ts';
import { isZero } from './masking.ts';
import { type EchoCheck, type HintRecord, ofEchoes } from './record.ts';
import type { LikelyEcho, Sending } from './sendings.ts';
import { concatWire, countInWords, ENOUGH, hasPeriod, isEqual, maskedPayload, rowEndingAt, xor } from './wire.ts';

/** The octets that were XORed with what was read (or with what was to be written), and the key that was due. */
interface KeyStream {
  readonly used: Uint8Array;
  readonly due: Uint8Array;
  /** "unmasked" where the echo's sender read it wrong, "masked" where it wrote it wrong. */
  readonly done: 'unmasked' | 'masked';
  readonly row: number;
}

function keyStreams(echo: LikelyEcho, sent: Sending): KeyStream[] {
  if (echo.rawLength !== sent.rawLength) return [];
  const streams: KeyStream[] = [];
  const [read] = sent.frames;
  const [written] = echo.frames;
  const clear = sent.raw;
  if (read?.key && sent.frames.length === 1) {
    streams.push({ used: xor(echo.raw, maskedPayload(read)), due: read.key, done: 'unmasked', row: sent.row });
  }
  if (written?.key && echo.frames.length === 1) {
    streams.push({ used: xor(clear, maskedPayload(written)), due: written.key, done: 'masked', row: echo.row });
  }
  return streams.filter(({ used }) => used.length >= ENOUGH);
}

/** A key of which nothing else is known has to prove itself on so many octets. */
const ENOUGH_FOR_ANY_KEY = 12;

const wrongKey: EchoCheck = (echo, sent) => {
  for (const { used, due, done, row } of keyStreams(echo, sent)) {
    const key = used.subarray(0, 4);
    // None at all is another hint's matter.
    if (!hasPeriod(used) || isZero(key) || restartsOf(used, due)) continue;
    const reversed = isEqual(key, Uint8Array.from(due).reverse(), 4);
    const owner = [...echo.candidates, sent]
      .flatMap(({ frames }) => frames)
      .find((one) => one.key && isEqual(one.key, key, 4));
    const isNamed = reversed || owner;
    if (!isNamed && (used.length < ENOUGH_FOR_ANY_KEY || hasPeriod(sent.raw) || hasPeriod(echo.raw))) continue;
    const own = hexOf(due);
    const instead = `${owner ? `, the key of row ${owner.row},` : ''} instead of its key ${own}`;
    const whose = reversed ? `, its key ${own} backwards` : instead;
    const says = `row ${echo.row}: ${countInWords(used.length, echo.rawLength)} fit those of row ${sent.row} if the payload of row ${row} was ${done} with ${hexOf(key)}${whose}`;
    return { row: echo.row, says };
  }
  return null;
};

/** The fragments of a message, all unmasked with the key of the first. */
const firstKeyForAll: EchoCheck = (echo, sent) => {
  const [first] = sent.frames;
  if (!first?.key || sent.frames.length < 2 || echo.rawLength !== sent.rawLength) return null;
  const key = first.key;
  const wrong = concatWire(sent.frames, sent.rawLength, (frame) => unmask(maskedPayload(frame), key));
  const late = sent.frames.find((frame) => frame.length > 0 && frame.key && !isEqual(frame.key, key, 4));
  const count = Math.min(wrong.length, echo.raw.length);
  if (!late || count < first.length + ENOUGH || !isEqual(wrong, echo.raw, count)) return null;
  const says = `row ${echo.row}: ${countInWords(count, echo.rawLength)} are the fragments of rows ${first.row} to ${sent.row}, all unmasked with ${hexOf(key)}, the key of the first: those from row ${late.row} on have other keys`;
  return { row: echo.row, says };
};

/** Where the key began again, at which place, as long as that explains all octets. */
function restartsOf(used: Uint8Array, due: Uint8Array): number[] | null {
  const restarts: number[] = [];
  let from = 0;
  for (let i = 0; i < used.length; i++) {
    if (used[i] === due[(i - from) & 3]) continue;
    if (used[i] !== due[0]) return null;
    from = i;
    restarts.push(i);
  }
  return restarts;
}

const keyRestarted: EchoCheck = (echo, sent) => {
  for (const { used, due, done, row } of keyStreams(echo, sent)) {
    const restarts = restartsOf(used, due);
    const [first] = restarts ?? [];
    if (first === undefined || used.length < first + ENOUGH) continue;
    const again = (restarts?.length ?? 0) - 1;
    const more = again > 0 ? ` (and ${again === 1 ? 'once' : `${again} times`} more)` : '';
    const [read] = sent.frames;
    const ending = read && sent.frames.length === 1 ? rowEndingAt(read, first) : null;
    const why = ending === null ? '' : `, at the end of what had come with row ${ending}`;
    const says = `row ${echo.row}: from octet ${first} on${more} the payload of row ${row} was ${done} as if its key ${hexOf(due)} began anew there${why}: the position in the key was lost`;
    return { row: echo.row, says };
  }
  return null;
};

export const KEY_HINTS: readonly HintRecord[] = [
  {
    id: 'wrong-masking-key',
    title: 'The payload was masked or unmasked with another key than its own',
    check: (facts) => ofEchoes(wrongKey)(facts) ?? ofEchoes(firstKeyForAll)(facts),
    examples: {
      shows: [
        // Backwards: 3d21fa37 for 37fa213d.
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810542beb76665', row: 1 },
        { log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818537fa213d7544965b52', row: 1 },
        // With the key of the frame before.
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810548656c6c6f\ntx 81859c51e07bcb3e9217f8\nrx 8105fcc4b32acf', row: 3 },
        // With a key that no frame has.
        { log: 'tx 818d37fa213d7f9f4d5158d6014a58884d5916\nrx 810d4967696a6e2e25716e70696220', row: 1 },
        { log: 'tx 018537fa213d7f9f4d5158\ntx 80859c51e07bd4348c17f3\nrx 810a48656c6c6fe3cead2ac4', row: 2 },
      ],
      holds: [
        // Nothing but the same octet: any other run of octets would fit.
        { log: 'tx 818d000000002a2a2a2a2a2a2a2a2a2a2a2a2a\nrx 810d2d2d2d2d2d2d2d2d2d2d2d2d2d' },
      ],
    },
  },
  {
    id: 'masking-key-restarted',
    title: 'The masking key began anew in the middle of the payload',
    check: ofEchoes(keyRestarted),
    examples: {
      shows: [{ log: 'tx 818a37fa213d7f9f4d5158db\ntx 016a589e\nrx 810a48656c6c6f21369079a3', row: 2 }],
      holds: [{ log: 'tx 818a37fa213d7f9f4d5158db\ntx 016a589e\nrx 810a48656c6c6f2120576f64' }],
    },
  },
];
