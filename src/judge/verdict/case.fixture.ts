// A case report made for a test, and what the judge makes of it.

import { readAutobahnJson } from '../../ingest/autobahn/json.ts';
import { InputError } from '../../model/errors.ts';
import { hexOf, octetsFromHex } from '../../model/octets.ts';
import { unmask } from '../../protocol/frame/masking.ts';
import { type Judge, judge } from '../judge.ts';
import type { CaseVerdict } from './case.ts';
import type { Verdict } from './verdict.ts';

// The suite is the client: rows 0 and 1 are the opening handshake.
export const REQUEST =
  'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n\r\n';
export const RESPONSE =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n\r\n';
export const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

export type JsonRow = readonly unknown[];

function shown(payload: Uint8Array): readonly [number, string] {
  const known = payload.subarray(0, 64);
  const text = Buffer.from(known).toString('utf8');
  const ellipsis = payload.length > 60 ? ' ...' : '';
  return [payload.length, `${text.includes('\ufffd') ? `0x${hexOf(known)}` : text}${ellipsis}`];
}

/** The suite keeps 64 octets. */
export function octetsRow(kind: 'TO' | 'RO', octets: Uint8Array): JsonRow {
  const hex = octets.length > 60 ? `${hexOf(octets.subarray(0, 64))} ...` : hexOf(octets);
  return [kind, [octets.length, hex], ...(kind === 'TO' ? [false] : [])];
}

/** First octet, and a length as short as it can be coded. */
function headerOf(first: number, length: number, mask: 0 | 0x80): Uint8Array {
  if (length < 126) return Uint8Array.of(first, mask | length);
  return Uint8Array.of(first, mask | 126, length >> 8, length & 255);
}

/** What the suite sends: the frame row comes first. */
export function tx(first: number, hex: string): JsonRow[] {
  const payload = octetsFromHex(hex) ?? new Uint8Array();
  const octets = Buffer.concat([headerOf(first, payload.length, 0x80), KEY, unmask(payload, KEY)]);
  const row = ['TF', shown(payload), first & 15, first > 127, (first >> 4) & 7, hexOf(KEY), null, null, false];
  return [row, octetsRow('TO', octets)];
}

/** What it receives: the frame row comes last. */
export function rx(first: number, hex: string): JsonRow[] {
  const payload = octetsFromHex(hex) ?? new Uint8Array();
  const octets = Buffer.concat([headerOf(first, payload.length, 0), payload]);
  return [octetsRow('RO', octets), ['RF', shown(payload), first & 15, first > 127, (first >> 4) & 7, false, null]];
}

const CLOSE = { closedByMe: true, closeCode: [1000], requireClean: true };

const OPENING = [octetsRow('TO', Buffer.from(REQUEST)), octetsRow('RO', Buffer.from(RESPONSE))];

/** The rows are the last member, as in a real report. */
export function reportOf(wirelog: readonly unknown[], report: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    agent: 'made',
    id: '1.1.1',
    isServer: false,
    behavior: 'FAILED',
    behaviorClose: 'OK',
    droppedByMe: false,
    expectedClose: CLOSE,
    httpRequest: REQUEST,
    httpResponse: RESPONSE,
    ...report,
    wirelog: [...OPENING, ...wirelog],
  });
}

export function verdictIn(text: string): Verdict {
  return judgedIn(text).verdict;
}

export function judgedIn(text: string): CaseVerdict {
  let stream: Judge | null = null;
  const reader = readAutobahnJson('made.json', {
    header: (header) => {
      stream = judge(header);
    },
    row: (row) => void stream?.push(row),
  });
  reader.push(Buffer.from(text).toString('latin1'));
  try {
    reader.end();
  } catch (error) {
    // What could be read is judged all the same.
    if (!(error instanceof InputError)) throw error;
  }
  const judged = (stream as Judge | null)?.end().judged;
  if (!judged) throw new Error('no log');
  return judged;
}
