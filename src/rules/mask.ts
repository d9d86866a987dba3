// Masking keys of client frames, RFC 6455 §5.3 and §10.3: fresh and unpredictable for every frame. One log can prove
// only a key that never changes; the rest is worth seeing.

import { hexOf } from '../model/octets.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { isSequence } from '../protocol/frame/key-history.ts';
import { defineRule, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

/** The masking key is the last thing of a header. */
function keyOctets(frame: Frame): readonly [number, number] {
  return [frame.headerLength - 4, frame.headerLength];
}

const ENOUGH_TO_BE_CONSTANT = 3;

export const MASK_RULES: readonly Rule[] = [
  defineRule({
    id: 'mask/key-constant',
    severity: 'error',
    basis: 'MUST',
    by: ['client'],
    section: 'RFC 6455 §5.3',
    title: 'Every client frame is masked with the same key',
    reaction: 'none',
    on: 'header',
    when: SIGN.KEY,
    check: ({ frame, sender: { role, keys } }) =>
      role === 'client' &&
      frame.maskingKey &&
      keys.constant &&
      keys.count === ENOUGH_TO_BE_CONSTANT && {
        says: `it masked all its ${keys.count} frames so far with the key ${hexOf(frame.maskingKey)}`,
        octets: keyOctets(frame),
      },
    examples: {
      violates: [
        {
          log: 'tx 818537fa213d7f9f4d5158\ntx 828537fa213d7f9f4d5158\ntx 898037fa213d',
          at: [2, 2, 6],
          also: ['mask/key-repeated'],
        },
      ],
      holds: [{ log: 'tx 818537fa213d7f9f4d5158\ntx 81859c51e07bd4348c17f3\ntx 89805d0b8ea2' }],
    },
  }),
  defineRule({
    id: 'mask/key-zero',
    severity: 'note',
    basis: 'MUST be unpredictable; one sample proves nothing',
    by: ['client'],
    section: 'RFC 6455 §5.3',
    title: 'The masking key is zero: the payload is on the wire as it is',
    reaction: 'none',
    on: 'header',
    when: SIGN.KEY,
    check: ({ frame, sender: { role, keys } }) =>
      role === 'client' &&
      frame.maskingKey?.every((octet) => octet === 0) &&
      !(keys.constant && keys.count > 1) && { says: 'the masking key is 00000000', octets: keyOctets(frame) },
    examples: {
      violates: [{ log: 'tx 81850000000048656c6c6f', at: [0, 2, 6] }],
      holds: [{ log: 'tx 818537fa213d7f9f4d5158' }],
    },
  }),
  defineRule({
    id: 'mask/key-repeated',
    severity: 'note',
    basis: 'MUST be fresh; chance 2^-32',
    by: ['client'],
    section: 'RFC 6455 §5.3',
    title: 'A masking key is used again',
    reaction: 'none',
    on: 'header',
    when: SIGN.KEY,
    check: ({ frame, sender: { role, keys } }) =>
      role === 'client' &&
      frame.maskingKey &&
      keys.sameAs !== null &&
      !(keys.constant && keys.count >= ENOUGH_TO_BE_CONSTANT) && {
        says: `it used the masking key ${hexOf(frame.maskingKey)} before, in its frame ${keys.sameAs}`,
        octets: keyOctets(frame),
      },
    examples: {
      violates: [
        { log: 'tx 818537fa213d7f9f4d5158\ntx 81859c51e07bd4348c17f3\ntx 818537fa213d7f9f4d5158', at: [2, 2, 6] },
      ],
      holds: [{ log: 'tx 818537fa213d7f9f4d5158\ntx 81859c51e07bd4348c17f3' }],
    },
  }),
  defineRule({
    id: 'mask/key-sequence',
    severity: 'note',
    basis: 'MUST NOT be predictable',
    by: ['client'],
    section: 'RFC 6455 §5.3',
    title: 'Masking keys follow a pattern',
    reaction: 'none',
    on: 'header',
    when: SIGN.KEY,
    check: ({ frame, sender: { role, keys } }) =>
      role === 'client' &&
      frame.maskingKey &&
      isSequence(keys) && {
        says: `the masking key ${hexOf(frame.maskingKey)} goes on in the pattern of the three before it`,
        octets: keyOctets(frame),
      },
    examples: {
      violates: [
        { log: 'tx 898000000001\ntx 898000000002\ntx 898000000003\ntx 898000000004', at: [3, 2, 6] },
        { log: 'tx 8980a1b2c301\ntx 8980a1b2c377\ntx 8980a1b2c30f\ntx 8980a1b2c3e0', at: [3, 2, 6] },
      ],
      holds: [{ log: 'tx 898037fa213d\ntx 89809c51e07b\ntx 89805d0b8ea2\ntx 8980c4126f99' }],
    },
  }),
];
