// Text as mail and Markdown hand it on: `> ` or blanks before every line. In the text notation `>` is a row that was
// written, so a quote is one only where a row, a header or a title stands behind it.

/** Nobody quotes a mail so often; looked for behind each mark, a row would take as long as the line is squared. */
const MOST_QUOTES = 50;

/** What stands before `text` where that is quoted or indented; it may be nothing. */
export function prefixOf(line: string): string {
  return /^(?:[ \t]*>)*[ \t]*/.exec(line)?.[0] ?? '';
}

/** The quote marks behind which stands what is looked for; null where it stands behind none. */
export function quoteBefore(line: string, isWanted: (text: string) => boolean): string | null {
  const mark = /[ \t]*> ?/y;
  for (let depth = 0; depth < MOST_QUOTES && mark.test(line); depth++) {
    if (isWanted(line.slice(mark.lastIndex))) return line.slice(0, mark.lastIndex);
  }
  return null;
}

/** Null where the line does not begin with it. Blank lines may lack the blanks at its end. */
export function withoutPrefix(line: string, prefix: string): string | null {
  if (line.startsWith(prefix)) return line.slice(prefix.length);
  return line.trim() === prefix.trim() || line.trim() === '' ? '' : null;
}
