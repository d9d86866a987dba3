import { Box } from 'ink';
import { inOrder } from '../log/jumps.ts';
import { Lines } from '../terminal/lines.tsx';
import { areaOf, type Layout, type Pane, zoomedPane } from './layout.ts';
import type { LogPage } from './page.ts';
import { DetailPane, HexPane, ListPane, WhyPane } from './panes.tsx';
import { timelineLine } from './timeline.ts';
import { logTitleLine } from './title.ts';

interface Props {
  readonly page: LogPage;
  readonly color: boolean;
}

export function LogView({ page, color }: Props) {
  const { state, store, filtered } = page;
  const { layout } = state;
  if (!layout) return null;
  const { screen, hasStrip } = layout;
  const canvas = { width: screen.width, color };
  const isEmpty = filtered.length === 0;
  return (
    <>
      <Lines lines={[logTitleLine(page, canvas)]} width={screen.width} height={1} />
      {hasStrip && <Lines lines={[strip(page, canvas)]} width={screen.width} height={1} />}
      {isEmpty ? (
        <Lines lines={[emptyLine(page)]} width={screen.width} height={screen.height - 2 - Number(hasStrip)} />
      ) : (
        <Panes page={page} color={color} layout={layout} zoomed={zoomedPane(layout, state.focus, state.isZoomed)} />
      )}
    </>
  );

  function emptyLine({ rowFilter }: LogPage): string {
    if (rowFilter.text !== null && store.length > 0) return ' no row matches the filter';
    return store.status.isLoading ? ' reading …' : ' no rows';
  }
}

function strip({ store, filtered, state, verdicts }: LogPage, canvas: { width: number; color: boolean }): string {
  const cursor = filtered.positionAt(state.cursor);
  const log = store.logAt(cursor);
  if (!log) return timelineLine({ phases: [], from: 0, to: 0, cursor, violations: [], stimuli: [] }, canvas);
  const { violation, stimulus } = store.index.positions;
  const { from, to, phases } = log;
  const { position = null, level } = verdicts.at(cursor) ?? {};
  const violations = position === null || level !== 'error' ? violation : inOrder(violation, position);
  return timelineLine({ phases: phases.phases, from, to, cursor, violations, stimuli: stimulus }, canvas);
}

function Panes({ page, color, layout, zoomed }: Props & { layout: Layout; zoomed: Pane | null }) {
  const { isZoomed } = page.state;
  const of = (pane: Pane) => ({ page, color, area: areaOf(layout, pane, isZoomed) });
  if (zoomed === 'list')
    return <ListPane {...of('list')} area={{ ...layout.zoomed, height: layout.zoomed.height + 1 }} />;
  if (zoomed === 'detail') return <DetailPane {...of('detail')} />;
  if (zoomed === 'hex') return <HexPane {...of('hex')} />;
  if (zoomed === 'why') return <WhyPane {...of('why')} />;
  const lower = (
    <Box flexDirection={layout.arrangement === 'beside' ? 'row' : 'column'} columnGap={1} flexShrink={0}>
      {layout.detail && <DetailPane {...of('detail')} />}
      {layout.hex && <HexPane {...of('hex')} />}
    </Box>
  );
  return (
    <>
      <Box flexDirection={layout.arrangement === 'columns' ? 'row' : 'column'} columnGap={1} flexShrink={0}>
        <ListPane {...of('list')} />
        {lower}
      </Box>
      {layout.why && <WhyPane {...of('why')} />}
    </>
  );
}
