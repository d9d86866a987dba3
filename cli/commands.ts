// Every command, in the order of the help.

import type { CommandModule } from 'yargs';
import * as annotate from './commands/annotate.ts';
import * as attach from './commands/attach.ts';
import * as check from './commands/check.ts';
import * as convert from './commands/convert.ts';
import * as decode from './commands/decode.ts';
import * as byDefault from './commands/default.ts';
import * as inspect from './commands/inspect.ts';
import * as rules from './commands/rules.ts';

export const COMMANDS = [
  byDefault,
  inspect,
  annotate,
  check,
  attach,
  decode,
  convert,
  rules,
] as unknown as readonly CommandModule[];
