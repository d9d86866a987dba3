import { Box, Text } from 'ink';
import { useSyncExternalStore } from 'react';
import { CasesView } from './cases-view.tsx';
import { keyLine, promptLine, statusOf } from './chrome-lines.ts';
import { DiffView } from './diff-view.tsx';
import { HelpPane } from './help-pane.tsx';
import { Lines } from './lines.tsx';
import { LogView } from './log-view.tsx';
import type { Page, Session } from './session.ts';
import { contextOf, type Shell } from './shell.ts';
import { LEAST } from './window.ts';

export function App({ session }: { session: Session }) {
  const { shell, page } = useSyncExternalStore(session.subscribe, session.snapshot);
  const { width, height } = shell.screen;
  if (width < LEAST.width || height < LEAST.height)
    return <Text wrap="truncate">{`too small: wirelog needs ${LEAST.width}x${LEAST.height}`}</Text>;
  const { color } = session;
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
  return <DiffView page={page} screen={screen} color={color} />;
}

function bottomLine(shell: Shell, page: Page, canvas: { width: number; color: boolean }): string {
  const { prompt, count } = shell;
  if (prompt) return promptLine(prompt, page.check(prompt.kind, prompt.text), canvas);
  const told = {
    count,
    says: shell.says ?? page.says,
    error: page.context === 'log' ? page.store.status.error : null,
    status: page.context === 'log' ? statusOf(page) : null,
  };
  return keyLine(contextOf(shell, page.context), told, canvas);
}
