// A frame with the mask bit and a key whose payload stands on the wire as it is: never masked, or shown by a log that had
// unmasked it already.

import { isUtf8 } from 'node:buffer';
import { latin1Of } from '../../model/octets.ts';
import { mayBeOnTheWire } from './close-code.ts';
import type { Frame } from './frame.ts';
import { unmask } from './masking.ts';
import { OPCODE } from './opcode.ts';

/** Of so many octets that are random hardly any three hundred are all letters, digits and the usual punctuation. */
const ENOUGH = 5;
const READABLE = /^[A-Za-z0-9 \t\r\n.,:;!?"'{}[\]_/-]*$/;

/** `payload`: all of it, unmasked with the frame's key. */
export function isClearOnWire(
  { fin, opcode, rsv, masked, maskingKey: key, length }: Frame,
  payload: Uint8Array,
): boolean {
  if (!masked || !key || rsv !== 0 || payload.length !== length || isZero(key)) return false;
  if (opcode === OPCODE.CLOSE) return !isCloseBody(payload) && isCloseBody(unmask(payload, key));
  // A fragment may end inside a sequence.
  if (opcode !== OPCODE.TEXT || !fin || length < ENOUGH || isUtf8(payload)) return false;
  return READABLE.test(latin1Of(unmask(payload, key)));
}

function isZero(key: Uint8Array): boolean {
  return key[0] === 0 && key[1] === 0 && key[2] === 0 && key[3] === 0;
}

/** A code of those that RFC 6455 and the registry define, and a reason that is text. */
function isCloseBody([high = 0, low = 0, ...reason]: Uint8Array): boolean {
  const code = high * 256 + low;
  return mayBeOnTheWire(code) && code < 1016 && isUtf8(Uint8Array.from(reason));
}

/**
 * The mask bit is set, and where the key should be stands text: all that came is as long as the payload should be, so that
 * no key was written.
 */
export function isKeyMissing({
  fin,
  opcode,
  rsv,
  maskingKey: key,
  length,
  received,
  payload,
}: Pick<Frame, 'fin' | 'opcode' | 'rsv' | 'maskingKey' | 'length' | 'received' | 'payload'>): boolean {
  if (opcode !== OPCODE.TEXT || !fin || rsv !== 0 || !key || length < ENOUGH) return false;
  if (received !== length - key.length || payload.length !== received) return false;
  return READABLE.test(latin1Of(key) + latin1Of(unmask(payload, key)));
}
