// `inspect`: opens the keyboard, reads the log in the background, and hands both to the terminal UI. Ink and React load
// only after it is clear that there is a terminal.

import { openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { type Annotator, annotate } from '../src/annotate.ts';
import { InputError, UserError } from '../src/errors.ts';
import type { LogHeader } from '../src/row.ts';
import { RULES } from '../src/rules/all.ts';
import { logsOf, withUnderTest } from './annotate-logs.ts';
import type { InspectOptions } from './commands/inspect.ts';
import { findInputs, type Input, ReaderGone } from './io.ts';
import { ruleFilter, wantsColor } from './options.ts';
import { readLog } from './read-log.ts';
import type { InspectSource } from './tui/main.tsx';

const HINT = 'no terminal to inspect in: wirelog annotate prints the same';

/** Returns the exit code. */
export async function inspectLog(options: InspectOptions): Promise<number> {
  const { inputs, errors } = findInputs(logsOf(options.log));
  if (errors[0]) throw errors[0];
  const input = inputs.length > 1 ? await firstLog(inputs) : inputs[0];
  if (!input) throw new UserError(`${logsOf(options.log).join(', ')}: no log in it`);
  if (input.source === '-' && process.stdin.isTTY) throw new UserError('no log named: wirelog --help tells more');
  const screen = process.stdout;
  if (!screen.isTTY || process.env['TERM'] === 'dumb') throw new UserError(HINT);
  const keyboard = openKeyboard();
  const { inspect } = await import('./tui/main.tsx');
  try {
    return await inspect(sourceOf(input, options), { keyboard, screen, color: wantsColor(options.color, screen) });
  } finally {
    if (keyboard !== process.stdin) keyboard.destroy();
  }
}

/** Of a directory the first log. */
async function firstLog(inputs: readonly Input[]): Promise<Input | undefined> {
  for (const input of inputs) {
    try {
      if (await readLog(input, undefined, { header: () => {}, row: () => {} }, () => undefined)) return input;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return undefined;
}

/** When standard input is the log, keys come from the terminal itself. */
function openKeyboard(): ReadStream {
  if (process.stdin.isTTY) return process.stdin as ReadStream;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    throw new UserError(HINT);
  }
}

function sourceOf(input: Input, options: InspectOptions): InspectSource {
  return {
    title: input.source,
    load: async (sink, signal) => {
      let annotator: Annotator | null = null;
      const shows = ruleFilter(
        options,
        RULES.map(({ id }) => id),
      );
      const show = (rows: ReturnType<Annotator['flush']>) => {
        if (rows.length > 0) sink.rows(rows);
      };
      const end = (error: string | null) => {
        const ending = annotator?.end();
        if (ending) show(ending.rows);
        sink.done(ending?.summary ?? null, error);
      };
      const logSink = {
        header: (header: LogHeader) => {
          const own = withUnderTest(header, options.underTest);
          annotator = annotate(own, { window: Number.POSITIVE_INFINITY, shows });
          sink.header(own);
        },
        row: (row: Parameters<Annotator['push']>[0]) => {
          annotator?.push(row);
        },
      };
      try {
        await readLog(input, options.from, logSink, async () => {
          show(annotator?.flush() ?? []);
          await nextTurn();
          if (signal.aborted) throw new ReaderGone();
        });
        end(null);
      } catch (error) {
        if (error instanceof ReaderGone) return;
        if (!(error instanceof UserError)) throw error;
        end(error.message);
      }
    },
  };
}
