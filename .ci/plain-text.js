// What yargs needs to lay out its help. Its own packages measure emoji and terminal codes, of which the help has none,
// and building the tables for that takes longer than all the rest of the start.

export function stringWidth(text) {
  return text.length;
}

export function stripAnsi(text) {
  return text;
}

export function wrapAnsi(text, width) {
  return text
    .split('\n')
    .flatMap((line) => wrappedLine(line, width))
    .join('\n');
}

function wrappedLine(line, width) {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1);
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
