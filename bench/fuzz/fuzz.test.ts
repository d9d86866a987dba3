// A short run of each fuzz target, always of the same inputs; `npm run fuzz` goes on from there.

import { expect, it } from 'vitest';
import { FORMATS } from '../../src/ingest/formats.ts';
import { FORMS, hiddenIn } from './forms.ts';
import { runTarget } from './run.ts';
import { TARGETS } from './targets.ts';

const SEED = 6455;
const RUNS = 60;

it.each([...TARGETS.keys()])('%s', (name) => {
  const { failure, runs } = runTarget(name, SEED, (done) => done < RUNS);
  expect(failure).toBeNull();
  expect(runs).toBe(RUNS);
});

it('there is a target for each format and each form', () => {
  for (const { id } of FORMATS) expect(TARGETS.has(`format-${id}`)).toBe(true);
  for (const id of FORMS.keys()) expect(TARGETS.has(`form-${id}`)).toBe(true);
});

it('a character that hides is seen', () => {
  for (const hidden of ['\x1b', '\u009b', '\u202e', '\u115f', '\r']) expect(hiddenIn(`a\nb${hidden}c`)).not.toBeNull();
  expect(hiddenIn('ä\nb€ \\u{1b}')).toBeNull();
});
