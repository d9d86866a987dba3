import type { Context } from '../keys/keymap.ts';
import { Lines } from '../terminal/lines.tsx';
import { paintLine, piece } from '../terminal/paint.ts';
import { Pane } from '../terminal/pane.tsx';
import type { Area } from '../terminal/window.ts';
import { helpLines } from './chrome-lines.ts';

interface HelpProps {
  readonly context: Context;
  readonly area: Area;
  readonly first: number;
  readonly color: boolean;
}

/** The whole page below a title of its own. */
export function HelpPane({ context, area, first, color }: HelpProps) {
  const canvas = { width: area.width, color };
  const lines = helpLines(context, canvas);
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
