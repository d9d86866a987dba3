import { Box, Text } from 'ink';
import { useContext, useSyncExternalStore } from 'react';
import { checkOf } from './acts.ts';
import { CasesView } from './browser/cases-view.tsx';
import { DiffView } from './compare/diff-view.tsx';
import type { Page } from './desk.ts';
import { keyLine, promptLine } from './over/chrome-lines.ts';
import { HelpPane } from './over/help-pane.tsx';
import { sheetLines } from './over/sheet.ts';
import { contextOf, type Shell } from './over/shell.ts';
import type { Session } from './session.ts';
import { StatisticsView } from './statistics/statistics-view.tsx';
import { hasRoom, LEAST } from './stepper/layout.ts';
import { statusOf } from './stepper/log-title.ts';
import { LogView } from './stepper/log-view.tsx';
import { EaselContext, Lines } from './terminal/lines.tsx';

export function App({ session }: { session: Session }) {
  const { shell, page } = useSyncExternalStore(session.subscribe, session.snapshot);
  const easel = useContext(EaselContext);
  const { width, height } = shell.screen;
  const { color } = session;
  const isTooSmall = !hasRoom(shell.screen);
  easel.cover(isTooSmall ? [] : sheetLines(shell, page.context, { width, color }));
  if (isTooSmall) return <Text wrap="truncate">{`too small: wirelog needs ${LEAST.width}x${LEAST.height}`}</Text>;
  return (
    <Box flexDirection="column" width={width} height={height}>
      {shell.help === null ? (
        <PageView page={page} shell={shell} color={color} />
      ) : (
        <HelpPane context={page.context} area={{ width, height: height - 1 }} first={shell.help} color={color} />
      )}
      <Lines lines={[bottomLine(shell, page, { width, color })]} width={width} height={1} />
    </Box>
  );
}

function PageView({ page, shell, color }: { page: Page; shell: Shell; color: boolean }) {
  const { screen } = shell;
  if (page.context === 'log') return <LogView page={page} color={color} />;
  if (page.context === 'cases') return <CasesView page={page} screen={screen} color={color} />;
  if (page.context === 'statistics') return <StatisticsView page={page} screen={screen} color={color} />;
  return <DiffView page={page} screen={screen} color={color} />;
}

function bottomLine(shell: Shell, page: Page, canvas: { width: number; color: boolean }): string {
  const { prompt, count } = shell;
  if (prompt) return promptLine(prompt, checkOf(page, prompt), canvas);
  const context = contextOf(shell, page.context);
  const told = {
    count,
    says: shell.says ?? page.says,
    // A dialog needs the line for its keys.
    error: page.context === 'log' && context === 'log' ? page.store.status.error : null,
    status: page.context === 'log' ? statusOf(page) : null,
  };
  return keyLine(context, told, canvas);
}
