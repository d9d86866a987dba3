import { describe, expect, it } from 'vitest';
import { nearest, suggestion } from './nearest.ts';

const NAMES = ['inspect', 'annotate', 'check', 'convert', 'record', 'rules', 'test', 'diff'];

describe('what was meant by a name that is not there', () => {
  it.each([
    ['chek', 'check'],
    ['chcek', 'check'],
    ['anotate', 'annotate'],
    ['Rules', 'rules'],
    ['conv', 'convert'],
    ['recrod', 'record'],
    ['tset', 'test'],
    ['dif', 'diff'],
    ['reports', null],
    ['xyz', null],
    ['a', null],
  ])('%s: %s', (word, name) => {
    expect(nearest(word, NAMES)).toBe(name);
  });

  it('is asked, or what there is to choose from is said', () => {
    expect(suggestion('chek', NAMES)).toBe(': did you mean "check"?');
    expect(suggestion('nothing', NAMES.slice(0, 3))).toBe(': choose inspect, annotate or check');
    expect(suggestion('nothing', NAMES, 'help lists them')).toBe(': help lists them');
  });
});
