// Every command, in the order of the help.

import type { CommandModule } from 'yargs';
import * as annotate from './annotate/command.ts';
import * as attach from './attach/command.ts';
import * as check from './check/command.ts';
import * as completion from './completion/command.ts';
import * as convert from './convert/command.ts';
import * as decode from './decode/command.ts';
import * as byDefault from './default-command.ts';
import * as diff from './diff/command.ts';
import * as help from './help/command.ts';
import * as inspect from './inspect/command.ts';
import * as record from './live/record-command.ts';
import * as replay from './live/replay-command.ts';
import * as test from './live/test-command.ts';
import * as rules from './rules/command.ts';

export const COMMANDS = [
  byDefault,
  inspect,
  annotate,
  check,
  attach,
  decode,
  convert,
  record,
  replay,
  test,
  diff,
  rules,
  completion,
  help,
] as unknown as readonly CommandModule[];
