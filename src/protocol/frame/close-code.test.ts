import { expect, it } from 'vitest';
import { classOfCloseCode, closeCodeName, mayBeOnTheWire } from './close-code.ts';

it.each([
  [0, 'below-1000', false],
  [999, 'below-1000', false],
  [1000, 'defined', true],
  [1003, 'defined', true],
  [1004, 'reserved-1004', false],
  [1005, 'never-on-wire', false],
  [1006, 'never-on-wire', false],
  [1007, 'defined', true],
  [1011, 'defined', true],
  [1012, 'post-rfc', true],
  [1014, 'post-rfc', true],
  [1015, 'never-on-wire', false],
  [1016, 'unassigned', false],
  [2999, 'unassigned', false],
  [3000, 'registered-3xxx', true],
  [3001, 'unregistered-3xxx', true],
  [3003, 'registered-3xxx', true],
  [3008, 'registered-3xxx', true],
  [3999, 'unregistered-3xxx', true],
  [4000, 'private', true],
  [4999, 'private', true],
  [5000, 'above-4999', false],
  [65535, 'above-4999', false],
])('%i is %s; it may stand in a Close frame: %s', (code, kind, may) => {
  expect([classOfCloseCode(code), mayBeOnTheWire(code)]).toEqual([kind, may]);
});

it('has a name for each code of the registry', () => {
  const named = Array.from({ length: 5000 }, (_, code) => code).filter((code) => closeCodeName(code) !== null);
  expect(named).toEqual([...Array.from({ length: 16 }, (_, i) => 1000 + i), 3000, 3003, 3008]);
  expect([1000, 1009, 1015, 3008].map(closeCodeName)).toEqual([
    'normal closure',
    'message too big',
    'TLS handshake',
    'timeout',
  ]);
});
