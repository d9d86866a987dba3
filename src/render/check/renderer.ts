// What an output form of `check` is.

import type { Locate } from '../annotate/renderer.ts';
import type { CheckedCase } from './case.ts';
import type { CaseName, Total } from './total.ts';

export interface CheckRenderOptions {
  readonly color: boolean;
  /** Columns of a line that is to be read. */
  readonly width: number;
  readonly locate: Locate | null;
}

/** Text for each thing as it comes; the caller writes it. */
export interface CheckRenderer {
  head(): string;
  case(checked: CheckedCase): string;
  /** A file that could not be read; `reason` is one line. */
  unread(source: string, reason: string): string;
  /** A case that the baseline or an index has, and that is not here; it may count towards exit code 1. */
  absent(name: CaseName, fails: boolean): string;
  tail(total: Total): string;
}
