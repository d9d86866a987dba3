// `decode`: octets of the command line, as if received in one read.

import { octetsOfPaste } from '../../src/ingest/paste/hex.ts';
import { judge } from '../../src/judge/judge.ts';
import { UserError } from '../../src/model/errors.ts';
import { wholeOctets } from '../../src/model/octets.ts';
import { bareHeader, type LogHeader, otherRole } from '../../src/model/row.ts';
import { openOutput } from '../input/io.ts';
import { type CommonOptions, reaches } from '../options.ts';
import { openRenderer } from '../output/annotate-forms.ts';

export interface DecodeOptions {
  readonly hex: string[];
  readonly from: 'client' | 'server' | undefined;
  readonly extensions: string;
  readonly format: string;
  readonly color: CommonOptions['color'];
  readonly failOn: CommonOptions['failOn'];
}

/** Returns the exit code. */
export async function decodeOctets({ hex, from, extensions, format, color, failOn }: DecodeOptions): Promise<number> {
  const octets = octetsOfPaste(hex.join(' '));
  if (typeof octets === 'string') throw new UserError(octets);
  const header: LogHeader = {
    ...bareHeader('command line', 'octets'),
    writer: from === undefined ? null : otherRole(from),
    extensions: extensions === 'unknown' ? null : extensions,
  };
  const stream = judge(header, { window: Number.POSITIVE_INFINITY, beginsWhole: true, withoutVerdict: true });
  stream.push({ kind: 'octets', row: 0, time: null, direction: 'rx', octets: wholeOctets(octets), sync: false });
  const { rows, summary } = stream.end();
  const renderer = await openRenderer({ format, color, violations: false, hex: false });
  const body = [renderer.begin(header, stream.connection), ...rows.map(renderer.row), renderer.end(summary, null)];
  const text = [renderer.head?.() ?? '', ...body, renderer.tail?.() ?? ''];
  await openOutput(process.stdout).write(text.join(''));
  return reaches(summary.violations, failOn) ? 1 : 0;
}
