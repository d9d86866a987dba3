// Rows, frames and payloads in words, the same in the batch output and in the terminal UI. Everything that comes from
// the log is escaped here.

import type { AnnotatedRow, Annotation, Counts, DecodedFrame, Reaction } from '../judge/annotation.ts';
import { counted } from '../model/counted.ts';
import { escapeOctets, escapeText, hexOf, latin1Of, octetsInWords } from '../model/octets.ts';
import { type LogHeader, lengthOfRow, type Role, type Row } from '../model/row.ts';
import { closeCodeName } from '../protocol/frame/close-code.ts';
import { closeCodeOf, exactLength, type Frame, isComplete, payloadOf } from '../protocol/frame/frame.ts';
import { contentOf } from '../protocol/frame/message.ts';
import { OPCODE, opcodeName } from '../protocol/frame/opcode.ts';
import type { Head } from '../protocol/handshake/handshake.ts';
import { SEVERITIES } from '../rules/kit/rule.ts';

/** So many octets of a payload are shown. */
export const PREVIEW = 60;

/** Octets as a short quoted text, or as hex where most of them are no text. */
function preview(octets: Uint8Array, asText: boolean, limit = PREVIEW): string {
  if (octets.length === 0) return '';
  const shown = octets.subarray(0, limit);
  const text = asText || isMostlyText(shown) ? `"${escapeOctets(shown)}"` : hexOf(shown);
  return octets.length > limit ? `${text}…` : text;
}

export function isMostlyText(octets: Uint8Array): boolean {
  const text = latin1Of(octets);
  return /^[\x20-\x7e\t\r\n]*$/.test(text);
}

/** What the frame carries: the close code and reason, or the payload. */
export function payloadInWords(frame: Frame): string {
  if (frame.opcode === OPCODE.CLOSE) return closeInWords(frame);
  if (frame.length === 0) return '';
  const payload = payloadOf(frame);
  if (payload.length === 0) return '(payload not in the log)';
  const text = preview(payload, frame.opcode === OPCODE.TEXT && (frame.rsv & 4) === 0);
  return payload.length < frame.length && !text.endsWith('…') ? `${text}…` : text;
}

function closeInWords(frame: Frame): string {
  const code = closeCodeOf(frame);
  const payload = payloadOf(frame);
  if (code === null) return frame.length === 0 ? '(no code)' : hexOf(payload);
  const name = closeCodeName(code);
  const reason = payload.length > 2 ? ` ${preview(payload.subarray(2), true, 123)}` : '';
  return `${code}${name ? ` ${name}` : ''}${reason}`;
}

/** What a message of several frames, or a compressed one, says as a whole; nothing where the frame says it already. */
export function messageInWords({ message }: DecodedFrame): string {
  if (!message || (!message.compressed && message.frames.length === 1)) return '';
  const content = contentOf(message);
  const what = message.compressed ? 'inflated' : 'message';
  const { inflation } = message;
  if (inflation?.isStart) {
    const start = preview(inflation.octets, message.opcode === OPCODE.TEXT);
    return `= ${what} ${start} (${octetsInWords(inflation.length)}, not all kept)`;
  }
  if (!content) return message.compressed ? '= cannot be inflated' : '';
  return content.length === 0 ? `= empty ${what}` : `= ${what} ${preview(content, message.opcode === OPCODE.TEXT)}`;
}

/** The header in words: opcode, what is not as usual, length. */
export function headerInWords(frame: Frame): string {
  const parts = [opcodeName(frame.opcode)];
  if (!frame.fin) parts.push('FIN=0');
  if (frame.rsv !== 0) parts.push(`RSV=${frame.rsv.toString(2).padStart(3, '0')}`);
  return parts.join(' ');
}

export function sizeInWords(frame: Frame): string {
  const mask = frame.masked ? (frame.maskingKey ? `key ${hexOf(frame.maskingKey)}, ` : 'key hidden, ') : '';
  const octets = octetsInWords(exactLength(frame));
  const missing = frame.finished ? '' : `, ${frame.received} came`;
  const hidden = frame.finished && !isComplete(frame) ? ', cut' : '';
  return `(${mask}${octets}${missing}${hidden}${frame.via === 'row' ? ', header from the frame row' : ''})`;
}

export function headInWords(head: Head): string {
  return escapeText(head.startLine) + (head.complete ? '' : '…');
}

/** Heads that the input tells of in fields, so that there are no octets to judge. Those of a case report stand in its rows too. */
export function toldHeads({ report, request, response }: LogHeader): string[] {
  return report === null ? [request, response].filter((head) => head !== null) : [];
}

/** Who the log calls "me", with its role where it is known. */
function partyInWords(by: 'writer' | 'peer', writer: Role | null): string {
  if (writer === null) return `the ${by}`;
  const role = by === 'writer' ? writer : writer === 'client' ? 'server' : 'client';
  return `the ${role}`;
}

/** Rows that carry no octets. */
export function rowInWords({ row, agrees, frame }: AnnotatedRow, header: LogHeader, writer: Role | null): string {
  switch (row.kind) {
    case 'octets':
      return octetsInWords(row.octets.length);
    case 'frame':
      return frameRowInWords(row, agrees, frame);
    case 'delay':
      return `wait ${row.seconds} s${row.tag === null ? '' : ` for ${escapeText(row.tag)}`}`;
    case 'delay-over':
      return `waited${row.tag === null ? '' : ` for ${escapeText(row.tag)}`}`;
    case 'fail-after':
      return `fail the connection after ${row.seconds} s`;
    case 'close-after':
      return `close the connection after ${row.seconds} s`;
    case 'failing':
      return `${partyInWords('writer', writer)} gives up: fails the connection`;
    case 'closing':
      return `${partyInWords('writer', writer)} gives up waiting: closes the connection`;
    case 'log-off':
      return 'log switched off';
    case 'log-on':
      return 'log switched on';
    case 'tcp-drop':
      return `TCP ${row.reset ? 'reset' : 'ended'} by ${partyInWords(row.by, header.writer ?? writer)}`;
    case 'damaged':
      return `damaged: ${escapeText(row.why)}${row.text === '' ? '' : `: ${escapeText(row.text.slice(0, 80))}`}`;
  }
}

function frameRowInWords(row: Row & { kind: 'frame' }, agrees: boolean | null, frame: Frame | null): string {
  const length = row.repeat ?? lengthOfRow(row);
  const what = `${opcodeName(row.opcode)}${row.fin ? '' : ' FIN=0'}${length === null ? '' : `, ${octetsInWords(length)}`}`;
  const unseen = frame ? notComparedInWords(frame) : 'not in the octets';
  const verdict = agrees === null ? unseen : agrees ? 'the octets agree' : 'the octets say otherwise';
  return `logged as ${what}: ${verdict}`;
}

/** What of the log's row nothing was there to compare with. */
export function notComparedInWords({ via }: Frame): string {
  return via === 'row' ? 'the octets do not show it' : 'the octets agree but for the payload, which was not compared';
}

/** What the other side did about it, and what it is itself about, unless its message names that row already. */
export function consequencesInWords({ reaction, cause, message }: Annotation): string[] {
  const isNamed = new RegExp(`\\brow ${cause}\\b`).test(message);
  return [
    ...(reaction ? [reactionInWords(reaction)] : []),
    ...(cause === null || isNamed ? [] : [`cause: row ${cause}`]),
  ];
}

function reactionInWords({ kind, row, code, verdict }: Reaction): string {
  if (kind === 'none') return `the other side's reaction: ${verdict}`;
  const what = kind === 'close' ? `Close${code === null ? '' : ` ${code}`}` : 'the end of TCP';
  return `answered by ${what} in row ${row}: ${verdict}`;
}

/** A row lists so many annotations, and no more. */
export function unlistedInWords(count: number): string {
  return `and ${count} more annotations of this row, which are counted and not listed`;
}

/** `1 error, 2 notes`, or `nothing`. */
export function countsInWords(counts: Counts): string {
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) =>
    counted(counts[severity], severity),
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}
