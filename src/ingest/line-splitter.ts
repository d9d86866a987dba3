// Chunks into lines. A line may be cut anywhere and span many chunks; its parts are joined once, when its end is seen,
// so that a text without any line end costs no more than one with many. Of a line that is too long the beginning is
// handed out, with words behind it that damage whatever row it may be.

import { LONGEST_PIECE } from './reader.ts';

interface LineSplitter {
  push(chunk: string): void;
  /** The last line, where the text does not end in a line end. */
  end(): void;
}

const SHOWN_OF_LONG = 200;

/** Calls `onLine` with each line, without its LF; a CR before it stays. */
export function splitLines(onLine: (line: string) => void, longest: number = LONGEST_PIECE): LineSplitter {
  let open: string[] = [];
  let length = 0;
  const hold = (text: string) => {
    length += text.length;
    if (length <= longest) open.push(text);
    else if (open.length !== 1 || (open[0] as string).length > SHOWN_OF_LONG) {
      open = [open.concat(text).join('').slice(0, SHOWN_OF_LONG)];
    }
  };
  const finish = () => {
    const line = length > longest ? `${open.join('')} … (a line of ${length} octets: too long)` : open.join('');
    open = [];
    length = 0;
    onLine(line);
  };
  return {
    push(chunk) {
      let at = 0;
      for (let lf = chunk.indexOf('\n'); lf >= 0; lf = chunk.indexOf('\n', at)) {
        const line = chunk.slice(at, lf);
        at = lf + 1;
        if (length === 0 && line.length <= longest) onLine(line);
        else {
          hold(line);
          finish();
        }
      }
      if (at < chunk.length) hold(chunk.slice(at));
    },
    end() {
      if (length > 0) finish();
    },
  };
}

export function withoutCr(line: string): string {
  return line.charCodeAt(line.length - 1) === 13 ? line.slice(0, -1) : line;
}

/** The UTF-8 text that a line of one character an octet stands for. */
export function decodeText(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
