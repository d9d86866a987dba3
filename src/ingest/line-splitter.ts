// Chunks into lines. A line may be cut anywhere and span many chunks; its parts are joined once, when its end is seen,
// so that a text without any line end costs no more than one with many.

interface LineSplitter {
  push(chunk: string): void;
  /** The last line, where the text does not end in a line end. */
  end(): void;
}

/** Calls `onLine` with each line, without its LF; a CR before it stays. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  let open: string[] = [];
  return {
    push(chunk) {
      let at = 0;
      for (let lf = chunk.indexOf('\n'); lf >= 0; lf = chunk.indexOf('\n', at)) {
        const line = chunk.slice(at, lf);
        at = lf + 1;
        if (open.length === 0) onLine(line);
        else {
          open.push(line);
          const whole = open.join('');
          open = [];
          onLine(whole);
        }
      }
      if (at < chunk.length) open.push(chunk.slice(at));
    },
    end() {
      if (open.length > 0) onLine(open.join(''));
      open = [];
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
