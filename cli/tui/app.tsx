import { Box, Text } from 'ink';
import { useSyncExternalStore } from 'react';
import { keyLine, titleLine } from './chrome-lines.ts';
import { DetailPane } from './detail-pane.tsx';
import { HelpPane } from './help-pane.tsx';
import { HexPane } from './hex-pane.tsx';
import { Lines } from './lines.tsx';
import { ListPane } from './list-pane.tsx';
import type { Session } from './session.ts';
import { helpHeight, type State } from './state.ts';
import { WhyPane } from './why-pane.tsx';
import { type Layout, LEAST } from './window.ts';

export function App({ session }: { session: Session }) {
  const { state } = useSyncExternalStore(session.subscribe, session.snapshot);
  const { layout, help } = state;
  if (!layout) return <Text wrap="truncate">{`too small: wirelog needs ${LEAST.width}x${LEAST.height}`}</Text>;
  const { store, color, title } = session;
  const canvas = { width: layout.screen.width, color };
  const middle = { width: canvas.width, height: helpHeight(layout) };
  const context = help === null ? 'log' : 'help';
  return (
    <Box flexDirection="column" width={canvas.width} height={layout.screen.height}>
      <Lines lines={[titleLine(title, store, state, canvas)]} width={canvas.width} height={1} />
      {help === null ? (
        <Panes session={session} state={state} layout={layout} />
      ) : (
        <HelpPane area={middle} first={help} color={color} />
      )}
      <Lines lines={[keyLine(context, state, store.status.error, canvas)]} width={canvas.width} height={1} />
    </Box>
  );
}

function Panes({ session, state, layout }: { session: Session; state: State; layout: Layout }) {
  const { store, color } = session;
  const { cursor, focus, scroll } = state;
  const { list, detail, hex, why, isSideBySide } = layout;
  const row = store.at(cursor);
  if (!row)
    return (
      <Lines
        lines={[store.status.isLoading ? ' reading …' : ' no rows']}
        width={list.width}
        height={layout.screen.height - 2}
      />
    );
  const place = (pane: 'detail' | 'hex' | 'why') => ({ color, hasFocus: focus === pane, first: scroll[pane] });
  return (
    <>
      <ListPane store={store} state={state} area={list} color={color} />
      <Box flexDirection={isSideBySide ? 'row' : 'column'} columnGap={1} flexShrink={0}>
        {detail && <DetailPane {...place('detail')} row={row} header={store.headerAt(cursor)} area={detail} />}
        {hex && <HexPane {...place('hex')} row={row} area={hex} />}
      </Box>
      <WhyPane {...place('why')} row={row} area={why} />
    </>
  );
}
