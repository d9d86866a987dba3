import { describe, expect, it } from 'vitest';
import { annotateExample } from './example.ts';

/** `rule by role in row`, of what is a reaction or none. */
function reactionsIn(...rows: readonly string[]): string[] {
  const { rows: annotated } = annotateExample({ log: rows.join('\n') });
  const all = annotated.flatMap(({ annotations }) => annotations);
  return all.filter(({ rule }) => rule.startsWith('reaction/')).map(({ rule, by, row }) => `${rule} ${by} ${row}`);
}

function verdictsIn(...rows: readonly string[]): (string | undefined)[] {
  const { rows: annotated } = annotateExample({ log: rows.join('\n') });
  return annotated.flatMap(({ annotations }) => annotations.flatMap(({ reaction }) => reaction?.verdict ?? []));
}

/** A case of the suite: the peer echoes. */
const OF_THE_SUITE = ['# writer: client', '# extensions: none', '# case: 6.3.1'];
const BAD = 'tx 838537fa213d7f9f4d5158';
const CLOSE = 'tx 88825d0b8ea25ee3';

describe('the reaction to a violation', () => {
  it('is not asked for after a Close: what follows it is thrown away', () => {
    expect(reactionsIn(CLOSE, BAD, 'rx 880203e8', 'TCP DROPPED BY PEER')).toEqual([]);
    expect(reactionsIn(CLOSE, BAD, 'FAILING CONNECTION', 'TCP DROPPED BY ME')).toEqual([]);
  });

  it('may come after the Close of the one that broke it, where it names the fault', () => {
    expect(verdictsIn(BAD, CLOSE, 'rx 880203ea', 'TCP DROPPED BY PEER')).toEqual(['right']);
    expect(verdictsIn(BAD, CLOSE, 'rx 880203e8', 'TCP DROPPED BY PEER')[0]).toMatch(/^cannot tell/);
    expect(verdictsIn(BAD, 'tx 88825d0b8ea25ee1', 'rx 880203ea', 'TCP DROPPED BY PEER')[0]).toMatch(/^cannot tell/);
  });

  it('is not read into a paste that ends with a Close', () => {
    expect(reactionsIn(BAD, CLOSE)).toEqual([]);
  });

  it('is wrong where the frame was acted on, whatever Close came then', () => {
    const rows = ['tx 818237fa213d567a', 'rx 81026180', 'rx 880203ef'];
    expect(verdictsIn(...OF_THE_SUITE, ...rows)[0]).toBe('wrong: it went on in row 1');
  });

  it('is not that of the one who broke the text first, whose fragments go on after the echo', () => {
    expect(reactionsIn('tx 018237fa213d567a', 'rx 01026180', 'tx 80819c51e07bff', 'rx 800163')).toEqual([
      'reaction/invalid-processed server 1',
    ]);
  });

  it('is not due while the text that broke is open, unless its sender closes', () => {
    const rest = ['FAILING CONNECTION', 'TCP DROPPED BY ME'];
    expect(verdictsIn('tx 018137fa213dc8', ...rest)[0]).toMatch(/^cannot tell: the message never ended/);
    expect(verdictsIn('tx 819537fa213dc89b405c', ...rest)[0]).toMatch(/^cannot tell: the message never ended/);
    expect(verdictsIn('tx 018137fa213dc8', 'tx 80815d0b8ea23c', ...rest)[0]).toMatch(/^wrong: none/);
    expect(verdictsIn('tx 018137fa213dc8', CLOSE, ...rest)[0]).toMatch(/^wrong: none/);
  });

  it('is not late, and has the code of what came last, where a text could wait and that could not', () => {
    const fault = 'tx 83819c51e07bfd';
    expect(reactionsIn('tx 018137fa213dc8', fault, 'rx 880203ea', 'TCP DROPPED BY PEER')).toEqual([]);
    expect(reactionsIn('tx 018137fa213dc8', fault, 'rx 880203ef', 'TCP DROPPED BY PEER')).toEqual([
      'reaction/late server 2',
    ]);
  });

  it('was not waited for by a timer that ran out at once, as the rows have it', () => {
    const rows = (at: number) => ['FAIL CONNECTION AFTER 5 sec @0', `tx 838137fa213d4f @${at}`];
    const rest = ['FAILING CONNECTION @5', 'TCP DROPPED BY ME @5.001'];
    expect(verdictsIn(...rows(4.999), ...rest)[0]).toMatch(/^cannot tell/);
    expect(verdictsIn(...rows(0.1), ...rest)[0]).toMatch(/^wrong: none/);
  });

  it('is none where the other side had closed before', () => {
    const rows = [
      'rx 880203e8',
      'tx a18237fa213d5f93',
      'tx 88829c51e07b9fb9',
      'FAILING CONNECTION',
      'TCP DROPPED BY ME',
    ];
    expect(verdictsIn(...rows)).toEqual(['none is due: it had sent its Close in row 0']);
    expect(reactionsIn(...rows)).toEqual([]);
  });

  it('is a Close between two octets of one header only where the octet that is wrong came before it', () => {
    expect(reactionsIn('tx 81', 'rx 880203e9', 'tx 0548656c6c6f')).toEqual([]);
    expect(reactionsIn('tx 83', 'rx 880203e9', 'tx 8137fa213d4f')).toEqual(['reaction/wrong-close-code server 1']);
  });
});
