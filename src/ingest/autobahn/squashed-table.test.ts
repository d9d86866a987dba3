import { expect, it } from 'vitest';
import { readStatisticsTable } from './squashed-table.ts';

it('reads rows whose cells have run together', () => {
  expect(readStatisticsTable(['27127', '2901290', 'Total2317'], 'octets')).toEqual({ 27: 1, 290: 1 });
  expect(readStatisticsTable(['12', '81', 'Total3'], 'frames')).toEqual({ 1: 2, 8: 1 });
});

it('reads rows whose cells are apart', () => {
  expect(readStatisticsTable(['27\t1\t27', '290 1 290', 'Total\t2\t317'], 'octets')).toEqual({ 27: 1, 290: 1 });
  expect(readStatisticsTable(['8\t1', 'Total\t1'], 'frames')).toEqual({ 8: 1 });
});

it('decides by the order of the rows and the sums where a row can be read in two ways', () => {
  // 1, 11, 11 or 11, 1, 11
  expect(readStatisticsTable(['11111', 'Total111'], 'octets')).toEqual({ 11: 1 });
  expect(readStatisticsTable(['11111', 'Total1111'], 'octets')).toEqual({ 1: 11 });
  expect(readStatisticsTable(['515', '11111', 'Total216'], 'octets')).toEqual({ 5: 1, 11: 1 });
});

it('reads empty tables', () => {
  expect(readStatisticsTable(['Total0'], 'frames')).toEqual({});
  expect(readStatisticsTable(['Total00'], 'octets')).toEqual({});
});

it('says nothing where no reading fits, or the end is missing', () => {
  expect(readStatisticsTable(['27127'], 'octets')).toBeNull();
  expect(readStatisticsTable(['27128', 'Total128'], 'octets')).toBeNull();
  expect(readStatisticsTable(['99', 'Total9', 'x'], 'octets')).toBeNull();
  expect(readStatisticsTable([], 'octets')).toBeNull();
  expect(readStatisticsTable([...Array<string>(5000).fill('111'), 'Total50005000'], 'octets')).toBeNull();
});
