// HTTP heads that a library writes a line at a time.

import type { Direction } from '../../model/row.ts';
import type { TraceLog } from './trace-log.ts';

const FIELD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:(?:[ \t].*)?$/;

export function isHeadStart(text: string): boolean {
  return /^(?:(?:GET|POST|HEAD|OPTIONS) \S+ HTTP\/1\.[01]|HTTP\/1\.[01] \d{3}(?: .*)?)$/.test(text);
}

export function isHeadField(text: string): boolean {
  return FIELD.test(text);
}

/** Gathers the lines of a head until a line comes that is none of it. */
export interface HeadLines {
  /** True where the line is part of a head. */
  take(direction: Direction, text: string): boolean;
  end(): void;
}

export function headLines(log: () => TraceLog): HeadLines {
  let open: { readonly direction: Direction; readonly lines: string[] } | null = null;
  const end = () => {
    if (open && open.lines.length > 1) log().head(open.direction, open.lines);
    open = null;
  };
  return {
    take: (direction, text) => {
      if (isHeadStart(text)) {
        end();
        open = { direction, lines: [text] };
        return true;
      }
      if (!open || open.direction !== direction || !isHeadField(text)) {
        end();
        return false;
      }
      open.lines.push(text);
      return true;
    },
    end,
  };
}
