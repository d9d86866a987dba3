// Opening handshakes as text: the lines of a request or a response, plain or behind the marks and times that tools put
// before them. What their line ends were the text does not tell.

import { octetsOfLatin1 } from '../../model/octets.ts';
import { type Sender, withoutLogPrefix } from './direction.ts';
import type { PastedLine } from './unwrap.ts';

export interface HeadText {
  readonly kind: 'request' | 'response';
  /** Through the blank line, with CRLF. */
  readonly octets: Uint8Array;
  readonly sender: Sender | null;
  /** Index of the first line that does not belong to it. */
  readonly next: number;
}

const START = /^(?:(GET|POST|HEAD|OPTIONS|CONNECT) \S+ HTTP\/1\.[01]|HTTP\/1\.[01] \d{3}(?: .*)?)$/;
const FIELD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:(?:[ \t].*)?$/;
const MARK = /^([<>])(?: |$)/;

interface Stripped {
  readonly mark: string;
  readonly text: string;
}

function stripped(line: string): Stripped {
  const trimmed = line.trim();
  const rest = MARK.test(trimmed) ? trimmed : withoutLogPrefix(trimmed);
  const mark = MARK.exec(rest)?.[1] ?? '';
  return { mark, text: mark === '' ? rest : rest.slice(1).trim() };
}

/** The head whose start line stands at `index`; null where none does. */
export function headTextAt(lines: readonly PastedLine[], index: number): HeadText | null {
  const first = lines[index];
  if (!first) return null;
  const { mark, text } = stripped(first.text);
  const start = START.exec(text);
  if (!start) return null;
  const fields: string[] = [];
  let next = index + 1;
  for (; next < lines.length; next++) {
    const line = lines[next] as PastedLine;
    if (line.fence !== first.fence) break;
    const field = stripped(line.text);
    if (field.text === '' && (field.mark === mark || field.mark === '')) {
      next++;
      break;
    }
    if (field.mark !== mark || !FIELD.test(field.text)) break;
    fields.push(field.text);
  }
  if (fields.length === 0) return null;
  const octets = octetsOfLatin1([text, ...fields, '', ''].join('\r\n'));
  const sender = mark === '>' ? 'tx' : mark === '<' ? 'rx' : null;
  return { kind: start[1] ? 'request' : 'response', octets, sender, next };
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
