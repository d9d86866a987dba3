// Texts at the edges of UTF-8, whole and split at each octet.

import { OPCODE } from '../protocol/frame/opcode.ts';
import type { FrameMaker } from './frame-maker.ts';
import { type MadeCase, sendSteps } from './suite-case.ts';

/** First and last of each length, the neighbours of the surrogates, and the highest (RFC 3629 §3). */
const VALID = ['00', '7f', 'c280', 'dfbf', 'e0a080', 'ed9fbf', 'ee8080', 'efbfbd', 'efbfbf', 'f0908080', 'f48fbfbf'];
/** Continuations alone, lone and wrong starts, overlong forms, surrogates, what is above the highest, and broken ends. */
const INVALID = [
  ...['80', 'bf', 'c0', 'c1', 'c080', 'c1bf', 'c2', 'c220', 'e08080', 'e09fbf', 'e0a0', 'eda080', 'edbfbf', 'edb080'],
  ...[
    'eda080edb080',
    'f0808080',
    'f08fbfbf',
    'f09080',
    'f4908080',
    'f5808080',
    'f888808080',
    'fc8480808080',
    'fe',
    'ff',
  ],
  ...['61c361', '61e28261', '61f09f9861'],
];

export function texts(maker: FrameMaker): MadeCase[] {
  const at = (octets: Uint8Array, split: number) =>
    split === 0
      ? [maker.frame({ opcode: OPCODE.TEXT, payload: octets })]
      : [
          maker.frame({ opcode: OPCODE.TEXT, fin: false, payload: octets.subarray(0, split) }),
          maker.frame({ opcode: OPCODE.CONTINUATION, payload: octets.subarray(split) }),
        ];
  return [...VALID, ...INVALID].flatMap((hex) => {
    const octets = Buffer.from(hex, 'hex');
    const isValid = VALID.includes(hex);
    const rule = endsInside(octets) ? 'text/incomplete-utf8' : 'text/invalid-utf8';
    return Array.from(octets, (_, split) => ({
      id: `utf8/${hex}${split === 0 ? '' : `-split-${split}`}`,
      title: `A text of ${hex}, ${isValid ? 'which is' : 'which is no'} UTF-8${split === 0 ? '' : `, in two fragments`}`,
      breaks: isValid ? null : rule,
      expectsEcho: isValid,
      steps: sendSteps(at(octets, split)),
    }));
  });
}

/** Would a next octet save it? */
function endsInside(octets: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(octets, { stream: true });
    return true;
  } catch {
    return false;
  }
}
