// Octets as people paste them: hex digits with or without blanks, `0x`, `\x`, commas, a C array, a Buffer as Node prints
// it, a list of decimals, and the dumps of xxd, hexdump and Wireshark. One run of octets, as if received in one read.

import { InputError } from '../errors.ts';
import { NO_OCTETS, octetsFromHex, wholeOctets } from '../octets.ts';
import { bareHeader } from '../row.ts';
import type { LogReader, LogSink } from './reader.ts';

/** Offset, octets, and perhaps a column of characters, as dump programs print them. */
const DUMP_LINE =
  /^\s*(?:0x)?[0-9a-f]{4,16}(?::|\s\s|\t)\s*((?:[0-9a-f]{2}){1,8}(?:\s{1,2}(?:[0-9a-f]{2}){1,8})*)(?:\s\s.*|\s*\|.*)?$/i;
const DECORATION =
  /<Buffer|Buffer\.from|(?:new )?Uint8Array|b(?=["'])|\.{3}|[[\](){}<>;"'`]|\b(?:unsigned )?char\b[^=]*=/g;
const SEPARATORS = /[\s,:_|-]+/;

/** The octets that a text stands for, or why it does not stand for any. */
export function octetsOfPaste(text: string): Uint8Array | string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const dumps = lines.map((line) => DUMP_LINE.exec(line)?.[1]);
  const isDump = lines.length > 0 && dumps.every((octets) => octets !== undefined);
  return octetsOfTokens(isDump ? dumps.join(' ') : lines.map(withoutComment).join(' '));
}

function withoutComment(line: string): string {
  return line.replace(/(?:#|\/\/).*$/, '');
}

function octetsOfTokens(text: string): Uint8Array | string {
  const tokens = text
    .replace(DECORATION, ' ')
    .replace(/\\x/gi, ' ')
    .split(SEPARATORS)
    .filter((token) => token !== '');
  if (tokens.length === 0) return 'no hex digits in it';
  if (isDecimalList(tokens)) return Uint8Array.from(tokens, Number);
  const digits = tokens.map((token) => token.replace(/^0x/i, ''));
  const wrong = digits.find((token) => !/^[0-9a-f]+$/i.test(token));
  if (wrong !== undefined) return `"${wrong.slice(0, 20)}" is not hex digits`;
  const padded = digits.map((token, i) => (token.length === 1 && isPrefixed(tokens[i]) ? `0${token}` : token)).join('');
  return octetsFromHex(padded) ?? `${padded.length} hex digits: an octet takes two`;
}

function isPrefixed(token: string | undefined): boolean {
  return /^0x/i.test(token ?? '');
}

/** Decimals from 0 to 255: told from hex by a token that has not two digits. */
function isDecimalList(tokens: readonly string[]): boolean {
  const areOctets = tokens.every((token) => /^\d{1,3}$/.test(token) && Number(token) <= 255);
  return areOctets && tokens.length > 1 && tokens.some((token) => token.length !== 2);
}

export function looksLikeHex(head: string): boolean {
  // A JSON object, though the letters in it may all be hex digits.
  if (/^\s*\{\s*"/.test(head)) return false;
  const octets = octetsOfPaste(head);
  if (typeof octets !== 'string') return octets.length > 0;
  // A long paste is cut anywhere: half an octet at the end is no harm, and a last word may be half a prefix.
  return head.length >= 1024 && typeof octetsOfPaste(head.slice(0, head.lastIndexOf('\n') + 1)) !== 'string';
}

export function readHex(source: string, sink: LogSink): LogReader {
  let text = '';
  return {
    push: (chunk) => {
      text += chunk;
    },
    end: () => {
      const octets = octetsOfPaste(text);
      if (typeof octets === 'string') throw new InputError(source, null, octets);
      sink.header(bareHeader(source, 'hex'));
      sink.row({
        kind: 'octets',
        row: 0,
        time: null,
        direction: 'rx',
        octets: wholeOctets(octets.length === 0 ? NO_OCTETS : octets),
        sync: false,
      });
    },
  };
}
