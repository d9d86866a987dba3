// What an output form of `check` is: one text, or files in a folder.

import type { WholeLog } from '../../judge/judged-log.ts';
import type { Locate } from '../annotate/renderer.ts';
import type { CheckedCase } from './case.ts';
import type { CaseName, Total } from './total.ts';

export interface CheckRenderOptions {
  readonly color: boolean;
  /** Columns of a line that is to be read; infinite where nothing is wrapped. */
  readonly width: number;
  readonly locate: Locate | null;
  /** Names every case, where a long list would else be cut. */
  readonly all?: boolean;
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

export interface CheckFolderOptions {
  /** Rules that are wanted. */
  readonly shows: (rule: string) => boolean;
  /** Of wirelog. */
  readonly version: string;
}

export interface FolderFile {
  /** Below the folder, with `/` between its parts. */
  readonly name: string;
  readonly text: string;
}

/** Files for each thing as it comes; the caller writes them. */
export interface CheckFolder {
  /** `log` is the whole log of the case; null where it is too large to be kept. */
  case(checked: CheckedCase, log: WholeLog | null): readonly FolderFile[];
  unread(source: string, reason: string): void;
  absent(name: CaseName, fails: boolean): void;
  tail(total: Total): readonly FolderFile[];
}
