import { visible } from '../terminal/cells.ts';
import { Lines } from '../terminal/lines.tsx';
import { piece } from '../terminal/paint.ts';
import { titleOf } from '../terminal/title-line.ts';
import type { Area } from '../terminal/window.ts';
import { statisticsLines } from './statistics-lines.ts';
import type { StatisticsPage } from './statistics-page.ts';

interface Props {
  readonly page: StatisticsPage;
  readonly screen: Area;
  readonly color: boolean;
}

export function StatisticsView({ page, screen, color }: Props) {
  const { title, header, statistics, counted, isLoading, isGrowing, top } = page;
  const canvas = { width: screen.width, color };
  const { rows, times } = statistics;
  const reading = isLoading ? (isGrowing ? '  following' : '  loading') : '';
  const about = [
    piece(header?.case ? `  ${visible(header.case.slice(0, 40))}` : ''),
    piece('  statistics'),
    piece(`  ${rows} rows${times ? `, ${(times[1] - times[0]).toFixed(3)} s` : ''}`),
    piece(counted < 1 ? `  counting ${Math.floor(counted * 100)} %` : reading, 'dim'),
  ];
  const lines = statisticsLines(statistics, header, canvas).slice(top);
  return (
    <>
      <Lines lines={[titleOf(header?.agent ?? title, about, canvas)]} width={screen.width} height={1} />
      <Lines lines={lines} width={screen.width} height={screen.height - 2} />
    </>
  );
}
