import { Lines } from '../terminal/lines.tsx';
import { paintLine, piece } from '../terminal/paint.ts';
import type { Area } from '../terminal/window.ts';
import { diffLine, diffTitleLine, sidesLine } from './diff-lines.ts';
import type { DiffPage } from './diff-page.ts';

export function DiffView({ page, screen, color }: { page: DiffPage; screen: Area; color: boolean }) {
  const { state } = page;
  const { width } = screen;
  const canvas = { width, color };
  const pairs = page.pairs();
  const first = pairs.findIndex(({ isSame }) => !isSame);
  const lines = pairs.slice(state.top, state.top + state.height).map((pair, at) => {
    const row = state.top + at;
    return diffLine(pair, { isSelected: row === state.cursor, isFirst: row === first, side: state.side }, canvas);
  });
  if (pairs.length === 0) lines.push(paintLine([piece(page.isLoading ? ' reading …' : ' no rows', 'dim')], canvas));
  return (
    <>
      <Lines lines={[diffTitleLine(page, canvas)]} width={width} height={1} />
      <Lines lines={[sidesLine(page, canvas)]} width={width} height={1} />
      <Lines lines={lines} width={width} height={state.height} />
    </>
  );
}
