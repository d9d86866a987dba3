// How many columns a text takes in a terminal, and lines that fit.

const PLAIN = /^[\x20-\x7e]*$/;
const NOTHING = /\p{M}/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1b000}-\u{1b2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns of a text without control characters. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

function columnsOf(character: string): number {
  if (NOTHING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The beginning of the text that fits. */
export function cutTo(text: string, width: number): string {
  let used = 0;
  let part = '';
  for (const character of text) {
    used += columnsOf(character);
    if (used > width) break;
    part += character;
  }
  return part;
}

/** The text in lines of at most `width` columns, broken at blanks where there are some. */
export function wrap(text: string, width: number, first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    const joint = isEmpty ? '' : ' ';
    if (isEmpty || widthOf(line) + joint.length + widthOf(word) <= width) line += joint + word;
    else {
      lines.push(line);
      line = next + word;
    }
    isEmpty = false;
    while (widthOf(line) > width) {
      const part = cutTo(line, Math.max(width, next.length + 2));
      lines.push(part);
      line = next + line.slice(part.length);
    }
  }
  return [...lines, line].map((one) => one.trimEnd());
}
