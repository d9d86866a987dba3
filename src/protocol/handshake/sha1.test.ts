import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { chanceOf } from '../../model/wire-frame.fixture.ts';
import { sha1 } from './sha1.ts';

it('is the same as that of Node, whatever the octets and however many', () => {
  const chance = chanceOf(6455);
  for (let length = 0; length < 300; length++) {
    const octets = Uint8Array.from({ length }, () => chance(256));
    expect(sha1(octets).toString('hex')).toBe(createHash('sha1').update(octets).digest('hex'));
  }
});
