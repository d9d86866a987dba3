// The two errors that are about the call and not about wirelog: one line for the user, exit code 2. What may stand in a
// place is listed the same way in all of them.

/** Wrong use, or an input that cannot be read: what the caller can mend. The message is for the user. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** An input that cannot be read, or cannot be read on; names the source, and the row where there is one. */
export class InputError extends UserError {
  override readonly name = 'InputError';
  /** The name of the input; `-` for standard input. */
  readonly source: string;
  /** Null where it is about the input as a whole. */
  readonly row: number | null;
  /** The message without source and row. */
  readonly reason: string;

  constructor(source: string, row: number | null, reason: string) {
    super(row === null ? `${inWords(source)}: ${reason}` : `${inWords(source)}: row ${row}: ${reason}`);
    this.source = source;
    this.row = row;
    this.reason = reason;
  }
}

/** How a source is named in a sentence. */
export function inWords(source: string): string {
  return source === '-' ? 'standard input' : source;
}

/** `text, ndjson or html`. */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
