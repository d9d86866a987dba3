import type { ArgumentsCamelCase, Argv } from 'yargs';
import { UserError } from '../src/model/errors.ts';
import { builder as annotateBuilder } from './annotate/command.ts';
import type { AnnotateOptions } from './output/annotate-forms.ts';

export const command = '$0 [log..]';
export const describe = 'In a terminal: inspect; else annotate';

export function builder(yargs: Argv): Argv {
  return annotateBuilder(yargs);
}

export async function handler(options: ArgumentsCamelCase<AnnotateOptions>): Promise<void> {
  const nothingToRead = (options.log ?? []).length === 0 && process.stdin.isTTY;
  if (nothingToRead) {
    throw new UserError('no log was given: name a file or a directory; wirelog --help tells more');
  }
  // What is pasted into the terminal cannot be stepped through: the keys come from there too.
  const isPasted = options.log?.includes('-') && process.stdin.isTTY;
  if (process.stdout.isTTY && process.env['TERM'] !== 'dumb' && !isPasted && !asksForText(options)) {
    const { inspectLog } = await import('./inspect/run.ts');
    process.exitCode = await inspectLog(options);
  } else {
    const { annotateLogs } = await import('./annotate/annotate-logs.ts');
    process.exitCode = await annotateLogs(options);
  }
}

/** Options that say how to print, or not to, mean `annotate` in a terminal too. */
function asksForText({ quiet, formats, output, hex, violations }: AnnotateOptions): boolean {
  return quiet || formats.length > 0 || output !== undefined || hex || violations;
}
