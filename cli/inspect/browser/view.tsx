import { visible } from '../terminal/cells.ts';
import { Lines } from '../terminal/lines.tsx';
import { paintLine, piece } from '../terminal/paint.ts';
import { Pane } from '../terminal/pane.tsx';
import type { Area } from '../terminal/window.ts';
import {
  agentsLine,
  caseDetailLines,
  caseDetailTitle,
  caseLine,
  casesTitleLine,
  columnsFor,
  groupDetailLines,
  unreadableLines,
} from './lines.ts';
import type { CasesPage } from './page.ts';
import { detailHeight } from './page.ts';

interface Props {
  readonly page: CasesPage;
  readonly screen: Area;
  readonly color: boolean;
  /** The terminal takes hyperlinks. */
  readonly links: boolean;
}

export function CasesView({ page, screen, color, links }: Props) {
  const { cases, state, title } = page;
  const { width } = screen;
  const canvas = { width, color, links };
  const columns = columnsFor(cases.agents.length, state.agent, width);
  const all = page.lines();
  const lines = all.slice(state.top, state.top + state.height).map((line, at) => {
    const selected = { isSelected: state.top + at === state.cursor, agent: state.agent };
    return caseLine(line, cases.agents, columns, selected, canvas);
  });
  if (all.length === 0) {
    const none = cases.rows().length === 0 ? (cases.errors[0] ?? 'no log in it') : 'no case failed';
    lines.push(paintLine([piece(`  ${cases.isLoading ? 'reading …' : visible(none)}`, 'dim')], canvas));
  }
  const { line, agent, item } = page.selected;
  const said =
    line?.type === 'case'
      ? caseDetailLines(item, canvas)
      : [
          ...unreadableLines(cases, canvas),
          ...(line?.type === 'group' ? groupDetailLines(line, cases.agents, agent, canvas) : []),
        ];
  const area = { width, height: detailHeight(screen.height) };
  return (
    <>
      <Lines lines={[casesTitleLine(title, cases, state, canvas)]} width={width} height={1} />
      <Lines lines={[agentsLine(cases.agents, columns, state.agent, canvas)]} width={width} height={1} />
      <Lines lines={lines} width={width} height={state.height} />
      <Pane area={area} color={color} hasFocus={false} title={caseDetailTitle(line, agent)} lines={said} />
    </>
  );
}
