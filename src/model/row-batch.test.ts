import { describe, expect, it } from 'vitest';
import { cutOctets, wholeOctets } from './octets.ts';
import type { FrameRow, OctetsRow, Row } from './row.ts';
import { octetsOfRow, ROW, RowBatch } from './row-batch.ts';

const OCTETS: OctetsRow = {
  kind: 'octets',
  row: 7,
  time: 1.5,
  direction: 'tx',
  octets: wholeOctets(Uint8Array.of(0x81, 1, 0x61)),
  sync: false,
};
const FRAME: FrameRow = {
  kind: 'frame',
  row: 8,
  time: null,
  direction: 'rx',
  opcode: 9,
  fin: true,
  rsv: 4,
  masked: true,
  maskingKey: '00ccb83b',
  length: 2,
  payload: wholeOctets(Uint8Array.of(1, 2)),
  repeat: null,
  chopSize: null,
  sync: false,
};

function batchOf(...rows: readonly Row[]): RowBatch {
  const batch = new RowBatch(
    rows.reduce((sum, row) => sum + octetsOfRow(row), 0),
    rows.length,
  );
  for (const row of rows) batch.push(row);
  return batch;
}

describe('a batch of rows', () => {
  it('takes no more room than its rows, once it is fitted', () => {
    const batch = new RowBatch();
    const rows: Row[] = [OCTETS, FRAME, { kind: 'failing', row: 9, time: 2 }];
    for (const row of rows) batch.push(row);
    const fitted = batch.fitted();
    expect([fitted.arena.length, fitted.kinds.length, fitted.used]).toEqual([5, 3, 5]);
    expect(rows.map((_, i) => fitted.copyAt(i))).toEqual(rows);
  });

  it('is the same when it is fitted, where it is well used', () => {
    const batch = batchOf(OCTETS, FRAME);
    expect(batch.fitted()).toBe(batch);
  });

  it.each([
    ['octets', OCTETS, ROW.OCTETS],
    ['octets of which there are none', { ...OCTETS, octets: wholeOctets(new Uint8Array(0)) }, ROW.OCTETS],
    ['octets that are cut', { ...OCTETS, octets: cutOctets(Uint8Array.of(1), 9) }, ROW.OTHER],
    ['octets of a synchronous write', { ...OCTETS, sync: true }, ROW.OTHER],
    ['a frame row', FRAME, ROW.FRAME],
    ['a frame row without a key', { ...FRAME, masked: false, maskingKey: null }, ROW.FRAME],
    ['a frame row whose payload is cut', { ...FRAME, payload: cutOctets(Uint8Array.of(1), 2) }, ROW.OTHER],
    ['a frame row without a payload', { ...FRAME, payload: null }, ROW.OTHER],
    ['a frame row without a length', { ...FRAME, length: null }, ROW.OTHER],
    ['a frame row with orders', { ...FRAME, chopSize: 1 }, ROW.OTHER],
    ['a frame row that does not tell of a mask', { ...FRAME, maskUnknown: true }, ROW.OTHER],
    ['another row', { kind: 'tcp-drop', row: 9, time: 3, by: 'peer', reset: false }, ROW.OTHER],
  ] as const)('gives back %s as it was', (_, row, kind) => {
    const batch = batchOf(OCTETS, row, FRAME);
    expect(batch.kinds[1]).toBe(kind);
    for (const given of [batch.rowAt(1), batch.copyAt(1)]) {
      expect({ ...given, octets: null, payload: null }).toEqual({ ...row, octets: null, payload: null });
      expect(plainOctets(given)).toEqual(plainOctets(row));
    }
    expect(batch.lastTime()).toBe(row.kind === 'tcp-drop' ? 3 : 1.5);
  });

  it('has room for one row of any size, and then for no more than it was made for', () => {
    const batch = new RowBatch(4, 2);
    expect(batch.hasRoom(1000)).toBe(true);
    batch.push(OCTETS);
    expect([batch.hasRoom(1), batch.hasRoom(2)]).toEqual([true, false]);
    batch.addRow(FRAME);
    expect(batch.hasRoom(0)).toBe(false);
    batch.dropLast();
    expect(batch.count).toBe(1);
    expect(batch.used).toBe(3);
  });
});

function plainOctets(row: Row): unknown {
  const octets = row.kind === 'octets' ? row.octets : row.kind === 'frame' ? row.payload : undefined;
  return octets && { ...octets, known: [...octets.known] };
}
