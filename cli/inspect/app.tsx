import { Box, Text } from 'ink';
import { useContext, useSyncExternalStore } from 'react';
import { checkOf } from './actions.ts';
import { CasesView } from './browser/view.tsx';
import { diffLine, diffTitleLine, sidesLine } from './compare/lines.ts';
import type { DiffPage } from './compare/page.ts';
import type { Context } from './keys/keymap.ts';
import { keyLine, promptLine } from './overlay/bottom-line.ts';
import { exportLines } from './overlay/export-dialog.ts';
import { helpLines } from './overlay/help.ts';
import { contextOf, type Overlay } from './overlay/overlay.ts';
import { paletteLines } from './overlay/palette.ts';
import type { Page } from './pages.ts';
import type { Session } from './session.ts';
import { statisticsLines } from './statistics/lines.ts';
import type { StatisticsPage } from './statistics/page.ts';
import { hasRoom, LEAST } from './stepper/layout.ts';
import { playStatusOf } from './stepper/title.ts';
import { LogView } from './stepper/view.tsx';
import { visible } from './terminal/cells.ts';
import { Lines, ScreenBufferContext } from './terminal/lines.tsx';
import { type Canvas, paintLine, piece } from './terminal/paint.ts';
import { Pane } from './terminal/pane.tsx';
import { titleOf } from './terminal/title-line.ts';
import type { Area } from './terminal/window.ts';

export function App({ session }: { session: Session }) {
  const { overlay, page } = useSyncExternalStore(session.subscribe, session.snapshot);
  const buffer = useContext(ScreenBufferContext);
  const { width, height } = overlay.screen;
  const { color } = session;
  const isTooSmall = !hasRoom(overlay.screen);
  buffer.cover(isTooSmall ? [] : overlayLines(overlay, page.context, { width, color }));
  if (isTooSmall) return <Text wrap="truncate">{`too small: wirelog needs ${LEAST.width}x${LEAST.height}`}</Text>;
  return (
    <Box flexDirection="column" width={width} height={height}>
      {overlay.help === null ? (
        <PageView page={page} overlay={overlay} color={color} links={session.links} />
      ) : (
        <HelpPane
          context={page.context}
          area={{ width, height: height - 1 }}
          first={overlay.help}
          hit={overlay.helpHit}
          color={color}
        />
      )}
      <Lines lines={[bottomLine(overlay, page, { width, color })]} width={width} height={1} />
    </Box>
  );
}

interface PageProps {
  readonly page: Page;
  readonly overlay: Overlay;
  readonly color: boolean;
  readonly links: boolean;
}

function PageView({ page, overlay, color, links }: PageProps) {
  const { screen } = overlay;
  if (page.context === 'log') return <LogView page={page} color={color} links={links} />;
  if (page.context === 'cases') return <CasesView page={page} screen={screen} color={color} links={links} />;
  if (page.context === 'statistics') return <StatisticsView page={page} screen={screen} color={color} />;
  return <DiffView page={page} screen={screen} color={color} />;
}

function bottomLine(overlay: Overlay, page: Page, canvas: { width: number; color: boolean }): string {
  const { prompt, count } = overlay;
  if (prompt) return promptLine(prompt, checkOf(page, prompt), canvas);
  const context = contextOf(overlay, page.context);
  const told = {
    count,
    says: overlay.says ?? page.says,
    // A dialog needs the line for its keys.
    error: page.context === 'log' && context === 'log' ? page.store.status.error : null,
    status: overlay.leaving?.asks ?? (page.context === 'log' ? playStatusOf(page) : null),
  };
  return keyLine(context, told, canvas);
}

function overlayLines({ prompt, exporting, screen }: Overlay, page: Context, canvas: Canvas): string[] {
  if (prompt?.kind === 'palette') return paletteLines(page, prompt, screen.height, canvas);
  return exporting ? exportLines(exporting, canvas) : [];
}

interface HelpProps {
  readonly context: Context;
  readonly area: Area;
  readonly first: number;
  readonly hit: number | null;
  readonly color: boolean;
}

/** The whole page below a title of its own. */
function HelpPane({ context, area, first, hit, color }: HelpProps) {
  const canvas = { width: area.width, color };
  const lines = helpLines(context, canvas, hit);
  const height = area.height - 1;
  const title = `Help · lines ${first + 1}–${Math.min(first + height, lines.length)} of ${lines.length}`;
  return (
    <>
      <Lines
        lines={[paintLine([piece(' wirelog  ', 'dim'), piece('keys', 'bold')], canvas)]}
        width={area.width}
        height={1}
      />
      <Pane
        area={{ width: area.width, height: height - 1 }}
        color={color}
        hasFocus
        title={title}
        lines={lines.slice(first)}
      />
    </>
  );
}

function DiffView({ page, screen, color }: { page: DiffPage; screen: Area; color: boolean }) {
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

interface Props {
  readonly page: StatisticsPage;
  readonly screen: Area;
  readonly color: boolean;
}

function StatisticsView({ page, screen, color }: Props) {
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
