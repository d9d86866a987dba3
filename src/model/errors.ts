// The two errors that are about the call and not about wirelog: one line for the user, exit code 2.

/** Wrong use. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** An input that cannot be read, or cannot be read on; names the source, and the row where there is one. */
export class InputError extends UserError {
  override readonly name = 'InputError';
  readonly source: string;
  readonly row: number | null;
  readonly reason: string;

  constructor(source: string, row: number | null, reason: string) {
    super(row === null ? `${source}: ${reason}` : `${source}: row ${row}: ${reason}`);
    this.source = source;
    this.row = row;
    this.reason = reason;
  }
}
