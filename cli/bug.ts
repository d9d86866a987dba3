// What is said of an error that nobody expected. It ends the work on one input, and not that on the others.

import { UserError } from '../src/model/errors.ts';
import { escapeText } from '../src/model/octets.ts';
import { ReaderGone } from './input/io.ts';
import { standardError } from './output/standard-error.ts';

declare const WIRELOG_VERSION: string;

export const EXIT_BUG = 70;

/** Neither about the call nor about who reads the output. */
export function isBug(error: unknown): boolean {
  return !(error instanceof UserError || error instanceof ReaderGone);
}

/** `source`: the input that was being read; null where it was none. */
export function complainOfBug(error: unknown, source: string | null): void {
  const isDebugging = process.env['WIRELOG_DEBUG'] === '1' && error instanceof Error;
  const detail = isDebugging ? escapeLines(error.stack ?? error.message) : escapeText(String(error));
  const where = source === null ? '' : `${escapeText(source)}: `;
  standardError.write(`wirelog ${WIRELOG_VERSION}: ${where}this is a bug in wirelog: ${detail}\n`);
  standardError.write('Please report it with the log that shows it; WIRELOG_DEBUG=1 prints where it happened.\n');
}

/** A message may quote the log. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n');
}
