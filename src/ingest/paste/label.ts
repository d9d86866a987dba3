// What the words before octets tell: whether they name octets or something else, and in which of their columns or parts
// they name a sender.

import { type Sender, senderOf, withoutLogPrefix } from './direction.ts';

/** Words before octets that are what goes over a connection. */
export const OF_OCTETS =
  /byte|char\b|u?int8|\bu8\b|octet|oktett|buf|puffer|data\b|daten|\braw|frame|rahmen|packet|\bpkt|chunk|payload|\bhex|stream|dump|mitschnitt|wire|\bmsg|message(?! ?pack)|nachricht|recv|rcv|recei|read|send|sent|write|wrote|written|empfang|gesendet|gelesen|geschrieben|\b[rt]x\b|inspect|header bytes|ToString|socket/i;
/** Words before digits that are something else. */
export const OF_OTHERS =
  /sha-?\d*\b|\bmd5|\bcrc|hash|digest|finger|checksum|pr(?:\xc3\xbc|ue)fsumme|commit|uuid|guid|\bid\b|-id\b|_id\b|\bkey|schl(?:\xc3\xbc|ue)ssel|token|cookie|signatur|serial|serien|etag|nonce|\bsalt|\btel\b|telefon|\bfax|phone|\bcall\b|iban|\bmac\b|hwaddr|\bether\b|address|adresse|colou?r|farbe|version|\bport\b|\btime|\bdate\b|datum|offset|accept|secret|password|index|revision|\brev\b|build|session|kontonummer|konto\b|\bnr\b|number|nummer|mask|\bcode\b|statuscode|\blen\b|length|l(?:\xc3\xa4|ae)nge|\bsize\b|count|opcode|\bfin\b|\brsv|reason|certificate|zertifikat|magic|mqtt|\bmidi\b|message ?pack|msgpack|bacnet|modbus|protobuf|\bcbor\b|\basn\.?1|\bcan\d|\bx86/i;

export function lastWords(label: string): string {
  return label.trim().split(/\s+/).slice(-3).join(' ');
}

/** It ends as labels do, or says who sent what. */
export function isLabel(label: string): boolean {
  const text = label.trimEnd();
  return /[:=|>\])]$/.test(text) || senderIn(label) !== null || /\t| {2,}/.test(label.trimStart());
}

/** The label without its numbers; where it names a sender, that may be another one in each line. */
export function labelShape(label: string, sender: Sender | null): string {
  const form = label.replace(/\d+/g, '0');
  return sender === null ? form : `sender ${form.replace(/\p{L}+/gu, 'a')}`;
}

/** The sender that a label names, in one of its columns or as a whole. */
export function senderIn(label: string): Sender | null {
  const bare = label.replace(/(?:[`"'([{]|\xe2\x80[\x98\x9c])+$/, '').trim();
  if (bare === '') return null;
  const cells = bare.split(/\||\t| {2,}/).map((cell) => cell.trim());
  if (cells.length > 1) {
    const named = cells.map((cell) => senderOf(cell.replace(/[:=]$/, ''))).find((one) => one !== null);
    if (named) return named;
  }
  return senderOf(segmentOf(bare).replace(/[:=]+$/, ''));
}

/** What a logger's line says behind the names of thread, class and channel. */
function segmentOf(label: string): string {
  // The address of a buffer is no channel.
  const rest = withoutLogPrefix(label).replace(/\[0x[0-9a-f]+\]/gi, '');
  const parts = rest.split(/\]\s+| - /).filter((part) => /\p{L}|[<>]/u.test(part));
  return parts.at(-1)?.replace(/^[\s-]+(?=\p{L})/u, '') ?? rest;
}

export function isHeading(text: string): boolean {
  const line = withoutLogPrefix(text).trim();
  return (
    /:$/.test(line) ||
    /\d+ ?(?:bytes?|octets?|oktette|B)\b/i.test(line) ||
    /^(?:[<>]{1,3}|[<=>-]{2,3})(?!\S)/.test(line) ||
    line.split(/\s+/).length <= 4
  );
}
