import { Box } from 'ink';
import { inOrder } from '../log/jumps.ts';
import { Lines } from '../terminal/lines.tsx';
import { type Layout, type PaneName, paneArea, zoomedPane } from './layout.ts';
import type { LogPage } from './page.ts';
import { DetailPane, HexPane, headingOf, ListPane, WhyPane } from './panes.tsx';
import { timelineLine } from './timeline.ts';
import { logTitleLine } from './title.ts';

interface Props {
  readonly page: LogPage;
  readonly color: boolean;
  /** The terminal takes hyperlinks. */
  readonly links: boolean;
}

export function LogView({ page, color, links }: Props) {
  const { state, store, filtered } = page;
  const { layout } = state;
  if (!layout) return null;
  const { screen, hasTimeline, hasHeading } = layout;
  const canvas = { width: screen.width, color, links };
  const isEmpty = filtered.length === 0;
  const zoomed = zoomedPane(layout, state.focus, state.isZoomed);
  const isListShown = zoomed === null || zoomed === 'list';
  const lines = Number(hasTimeline) + Number(hasHeading);
  return (
    <>
      <Lines lines={[logTitleLine(page, canvas)]} width={screen.width} height={1} />
      {hasTimeline && <Lines lines={[timeline(page, canvas)]} width={screen.width} height={1} />}
      {hasHeading && <Lines lines={[headingOf(page, isListShown, canvas)]} width={screen.width} height={1} />}
      {isEmpty ? (
        <Lines lines={[emptyLine(page)]} width={screen.width} height={screen.height - 2 - lines} />
      ) : (
        <Panes page={page} color={color} links={links} layout={layout} zoomed={zoomed} />
      )}
    </>
  );

  function emptyLine({ rowFilter }: LogPage): string {
    if (rowFilter.text !== null && store.length > 0) return ' no row matches the filter';
    return store.status.isLoading ? ' reading …' : ' no rows';
  }
}

function timeline({ store, filtered, state, verdicts }: LogPage, canvas: { width: number; color: boolean }): string {
  const cursor = filtered.positionAt(state.cursor);
  const log = store.logAt(cursor);
  if (!log) return timelineLine({ phases: [], from: 0, to: 0, cursor, violations: [], stimuli: [] }, canvas);
  const { violation, stimulus } = store.index.positions;
  const { from, to, phases } = log;
  const { position = null, level } = verdicts.at(cursor) ?? {};
  const violations = position === null || level !== 'error' ? violation : inOrder(violation, position);
  return timelineLine({ phases: phases.phases, from, to, cursor, violations, stimuli: stimulus }, canvas);
}

function Panes({ page, color, links, layout, zoomed }: Props & { layout: Layout; zoomed: PaneName | null }) {
  const { isZoomed } = page.state;
  const of = (pane: PaneName) => ({ page, color, links, area: paneArea(layout, pane, isZoomed) });
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
