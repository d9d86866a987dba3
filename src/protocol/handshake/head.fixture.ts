// A head as the decoder hands it on, made of its text.

import { octetsOfLatin1 } from '../../model/octets.ts';
import { type Head, parseHead } from './handshake.ts';

/** `text`: one character an octet. */
export function headOf(text: string, about: Partial<Pick<Head, 'kind' | 'complete'>> = {}): Head {
  const kind = text.startsWith('HTTP/') ? 'response' : 'request';
  return parseHead(octetsOfLatin1(text), { kind, complete: true, ...about, direction: 'rx', raw: true, spans: [] });
}

/** A request with these lines behind its start line. */
export function requestWith(...lines: readonly string[]): Head {
  return headOf(`${['GET / HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`);
}
