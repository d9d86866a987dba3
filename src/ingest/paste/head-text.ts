// Opening handshakes as text: the lines of a request or a response, plain or behind the marks and times that tools put
// before them. What their line ends were the text does not tell.

import { octetsOfLatin1 } from '../../model/octets.ts';
import { type Sender, withoutLogPrefix } from './direction.ts';
import type { PastedLine } from './unwrap.ts';

export interface HeadText {
  readonly kind: 'request' | 'response';
  /** With CRLF, through the blank line where there is one. */
  readonly octets: Uint8Array;
  /** The text ends before the blank line that ends a head: more fields may have followed. */
  readonly isCut: boolean;
  readonly sender: Sender | null;
  /** Index of the first line that does not belong to it. */
  readonly next: number;
}

const START = /^(?:(GET|POST|HEAD|OPTIONS|CONNECT) \S+ HTTP\/1\.[01]|HTTP\/1\.[01] \d{3}(?: .*)?)$/;
const FIELD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:(?:[ \t].*)?$/;
const MARK = /^([<>|]|[CS]:)(?: |$)/;
const SENDERS: Readonly<Record<string, Sender>> = { '>': 'tx', '<': 'rx', 'C:': 'client', 'S:': 'server' };

interface Stripped {
  readonly mark: string;
  readonly text: string;
}

function stripped(line: string): Stripped {
  const trimmed = line.trim();
  const rest = MARK.test(trimmed) ? trimmed : withoutLogPrefix(trimmed);
  const mark = MARK.exec(rest)?.[1] ?? '';
  return { mark, text: rest.slice(mark.length).trim() };
}

/** The head whose start line stands at `index`; null where none does. */
export function headTextAt(lines: readonly PastedLine[], index: number): HeadText | null {
  const first = lines[index];
  if (!first) return null;
  const { mark, text } = stripped(first.text);
  const start = START.exec(text);
  if (!start) return null;
  const { fields, isEnded, next } = fieldsBehind(lines, index, mark);
  if (fields.length === 0) return null;
  const isCut = !isEnded && endsAt(lines, next);
  const octets = octetsOfLatin1([text, ...fields, ...(isCut ? [''] : ['', ''])].join('\r\n'));
  const sender = SENDERS[mark] ?? null;
  return { kind: start[1] ? 'request' : 'response', octets, isCut, sender, next };
}

/** The field lines of the head, and whether a blank line ends them. */
function fieldsBehind(lines: readonly PastedLine[], index: number, mark: string) {
  const fields: string[] = [];
  let last = stripped(lines[index]?.text ?? '').text;
  for (let next = index + 1; next < lines.length; next++) {
    const line = lines[next] as PastedLine;
    const field = stripped(line.text);
    if (line.fence !== lines[index]?.fence) return { fields, isEnded: false, next };
    // `curl -v --include` prints each line twice, once without its mark.
    if (mark !== '' && field.mark === '' && field.text !== '' && field.text === last) continue;
    last = field.text;
    if (field.text === '' && (field.mark === mark || field.mark === '')) {
      // Behind the last line end of a text there is no line.
      return { fields, isEnded: field.mark !== '' || next < lines.length - 1, next: next + 1 };
    }
    if (field.mark !== mark || !FIELD.test(field.text)) return { fields, isEnded: false, next };
    fields.push(field.text);
  }
  return { fields, isEnded: false, next: lines.length };
}

/** At the most a piece of a line follows. */
function endsAt(lines: readonly PastedLine[], index: number): boolean {
  return lines.slice(index + 1).every(({ text }) => text.trim() === '');
}

/** Is there an opening handshake in the text, and not another exchange of HTTP? */
export function hasHandshakeText(lines: readonly PastedLine[]): boolean {
  return lines.some((line, i) => {
    if (!line.text.includes('HTTP/1')) return false;
    const head = headTextAt(lines, i);
    return (
      head !== null &&
      /^(?:upgrade: *websocket|sec-websocket-[a-z]+:)/im.test(Buffer.from(head.octets).toString('latin1'))
    );
  });
}
