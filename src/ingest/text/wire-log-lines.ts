// Lines into rows: the wire log of a report page and the `rows` notation. A row begins with a number of three or more
// digits and a known word, or in logs written by people with the word alone; a line of 15 blanks continues the row
// before it. Copies of a page may have lost those blanks. Then a line that begins no row continues the one before, and
// where a payload looks like a row, the running number and the payload's length say which it is.

import type { Row } from '../../model/row.ts';
import { decodeText } from '../line-splitter.ts';
import {
  addLine,
  beginsRequest,
  isBrokenBy,
  isDraftComplete,
  isHalfHead,
  isHeadBroken,
  lossOf,
  takesMore,
} from './draft-lines.ts';
import { beginsRow, isDamage, isProse, mayBeProse, type RowStart, readRowStart } from './row-start.ts';
import { isBlank, payloadOfLines, type RowDraft, rowOfDraft, trimBlanks } from './row-text.ts';

export interface RowLines {
  /**
   * One physical line without its end. False: it is not part of the wire log and was passed over, as are blank lines
   * and all that follows the end of the connection. `sync` marks a chopped or synchronous write.
   */
  push(line: string, sync?: boolean): boolean;
  /** The line is a payload that the row before it is waiting for, whatever else it looks like. */
  claims(line: string): boolean;
  /** After the end of a connection the line is row 0 again, or a request in a log without numbers: another log begins. */
  restarts(line: string): boolean;
  /**
   * The number of the row that comes next, and what is added to the numbers of the text; null where the next line may mean
   * something else than a row though it looks like the one that is due.
   */
  turn(): { readonly next: number; readonly shift: number } | null;
  /** The row that is due begins: the one before it goes out. */
  settle(): void;
  /** The rows up to `next` were read elsewhere. `hasIndent`: some had lines that were indented. */
  advance(next: number, hasIndent: boolean): void;
  /** No more comes for now: the row whose lines were coming goes out if it is complete. */
  pause(): void;
  /** The input ends within this line: what it belongs to is damaged. */
  breakOff(line: string, why: string): void;
  end(): void;
}

const INDENT = 15;
/** In UTF-8, one character an octet. */
const NO_BREAK_SPACE = '\xc2\xa0';
/** So much prose is held back; more is shown as it comes. */
const STRAYS_KEPT = 1000;
const DAMAGED_TEXT_LIMIT = 200;

interface OpenRow {
  readonly draft: RowDraft;
  readonly row: number;
  readonly sync: boolean;
  readonly line: string;
}

interface State {
  readonly emit: (row: Row) => void;
  /** The row whose lines are still coming, and its first line. */
  open: OpenRow | null;
  /** Blanks before the row words of the open row: an indented block is indented all over. */
  indent: number;
  /** The number that the next row ought to have. */
  next: number;
  /** What we add to the numbers of the text: they may start over. */
  shift: number;
  isNumbered: boolean;
  /** The indentation of continuation lines was not lost. */
  keepsIndent: boolean;
  isOver: boolean;
  /** Lines since the last row that belong to none: prose, if no row comes behind them. */
  strays: string[];
  /** The rows that the text's first number says are missing before it, until the next number bears that out. */
  missing: number;
}

/** `intact`: the lines come from a page's source, their indentation is whole. */
export function readRowLines(emit: (row: Row) => void, intact = false): RowLines {
  const state: State = {
    emit,
    open: null,
    indent: 0,
    next: 0,
    shift: 0,
    isNumbered: false,
    keepsIndent: intact,
    isOver: false,
    strays: [],
    missing: 0,
  };
  return {
    push: (line, sync = false) => pushLine(state, line, sync),
    claims: (line) => claims(state, line, null),
    restarts: (line) => state.isOver && restarts(state, line),
    breakOff: (line, why) => breakOff(state, line, why),
    turn: () => (isTurn(state) ? { next: state.next, shift: state.shift } : null),
    settle: () => close(state),
    advance: (next, hasIndent) => {
      state.next = next;
      state.indent = 0;
      state.keepsIndent ||= hasIndent;
    },
    pause: () => {
      if (state.open && isDraftComplete(state.open.draft)) close(state);
    },
    end: () => {
      tellMissing(state);
      close(state);
    },
  };
}

function restarts({ isNumbered }: State, line: string): boolean {
  const start = readRowStart(line);
  if (start?.number === 0) return beginsRow(line);
  return !isNumbered && start?.number === null && start.draft !== null && beginsRequest(start.draft);
}

/** A row that is due by its number can be nothing else. */
function isTurn({ open, isNumbered, isOver, keepsIndent, missing, strays }: State): boolean {
  if (!isNumbered || isOver || missing > 0 || strays.length > 0) return false;
  return open?.draft.kind !== 'frame' || keepsIndent;
}

function pushLine(state: State, raw: string, sync: boolean): boolean {
  const { open } = state;
  const line = open && raw.includes(NO_BREAK_SPACE) ? withPlainIndent(raw, state.indent + INDENT) : raw;
  if (open && continues(state, line)) {
    state.keepsIndent = true;
    addLine(open.draft, line.slice(state.indent + INDENT));
    return true;
  }
  const start = readRowStart(line);
  if (start?.draft && isRow(state, line, start, start.draft)) {
    startRow(state, start, start.draft, line, sync);
    return true;
  }
  const text = trimBlanks(line);
  if (text === '') return false;
  if (open && isHeadBroken(open.draft)) joinHead(state, open, text);
  else if (open && takesMore(open.draft, text, state.keepsIndent)) addLine(open.draft, text);
  else return pushStray(state, line, start);
  return true;
}

function joinHead(state: State, open: OpenRow, text: string): void {
  const line = `${open.line.trimEnd()} ${text}`;
  state.open = { ...open, line, draft: readRowStart(line)?.draft ?? open.draft };
}

function isRow(state: State, line: string, start: RowStart, draft: RowDraft): boolean {
  if (state.isNumbered && start.number === null && isProse(draft)) return false;
  return !claims(state, line, start);
}

/** Blanks that a browser or a mail made unbreakable; only where they indent, for behind that begins the payload. */
function withPlainIndent(line: string, depth: number): string {
  const [blanks = ''] = new RegExp(`^(?: |${NO_BREAK_SPACE}){${depth}}`).exec(line) ?? [];
  return blanks === '' ? line : ' '.repeat(depth) + line.slice(blanks.length);
}

/** Indented as continuation lines are, under a row that can have them. */
function continues(state: State, line: string): boolean {
  const { open, indent } = state;
  const depth = indent + INDENT;
  if (!open || open.draft.kind === 'event' || line.length <= depth || !isBlank(line.charCodeAt(0))) return false;
  for (let at = 0; at < depth; at++) {
    if (line.charCodeAt(at) !== (at < indent ? open.line.charCodeAt(at) : 0x20)) return false;
  }
  const { draft } = open;
  return draft.kind === 'frame' || draft.isOpen;
}

/** Is the line, although it looks like something else, the payload of the open frame row? */
function claims(state: State, line: string, start: RowStart | null): boolean {
  const draft = state.open?.draft;
  if (draft?.kind !== 'frame') return false;
  const text = trimBlanks(line);
  if (!takesMore(draft, text, state.keepsIndent)) return false;
  const { length } = draft.head ?? { length: null };
  if (length !== null && payloadOfLines([...draft.lines, text], length) !== null) return true;
  if (!start || !state.isNumbered) return false;
  // A number out of turn is no row if a payload of unknown length may stand here; nor is a row word without number.
  return start.number === null || (length === null && !isDue(state, start));
}

function isDue(state: State, start: RowStart): boolean {
  return start.number !== null && start.number + state.shift === state.next;
}

function startRow(state: State, start: RowStart, draft: RowDraft, line: string, sync: boolean): void {
  // Where row 0 itself comes next, somebody put the rows in another order, and none are missing.
  if (start.number === 0) state.missing = 0;
  tellMissing(state);
  close(state);
  tellStrays(state);
  // Without a number of its own, damage stands beside the row before it.
  const isBeside = start.number === null && state.isNumbered && isDamage(draft);
  if (start.number !== null) count(state, start.number);
  else if (state.isNumbered && !isBeside) state.shift++;
  state.indent = start.indent;
  state.open = { draft, row: isBeside ? state.next - 1 : state.next++, sync, line };
  state.isOver = draft.kind === 'event' && draft.event.kind === 'tcp-drop';
}

/** Says so where the text's own number is not the one that is due. */
function count(state: State, number: number): void {
  state.isNumbered = true;
  const { next } = state;
  const row = number + state.shift;
  if (row === next) return;
  if (next === 0 && row > 0) {
    state.missing = row;
    state.next = row;
    return;
  }
  if (row > next) {
    const missing = row === next + 1 ? `row ${number - 1} is` : `rows ${next - state.shift} to ${number - 1} are`;
    state.emit({ kind: 'damaged', row: next, time: null, text: '', why: `${missing} missing`, loses: 'both' });
    state.next = row;
    return;
  }
  // Two rows must not have one number, so that findings can name them.
  const why = `the row numbers go back to ${number}; counted on from here`;
  state.emit({ kind: 'damaged', row: next, time: null, text: '', why, loses: null });
  state.shift = next + 1 - number;
  state.next = next + 1;
}

function tellMissing(state: State): void {
  const { missing } = state;
  if (missing === 0) return;
  state.missing = 0;
  const why = missing === 1 ? 'row 0 is missing' : `rows 0 to ${missing - 1} are missing`;
  state.emit({ kind: 'damaged', row: 0, time: null, text: '', why, loses: 'both' });
}

/** A row came behind them: they stand in the middle of the log. */
function tellStrays(state: State): void {
  for (const line of state.strays) emitStray(state, line, false);
  state.strays = [];
}

function emitStray(state: State, line: string, isInTurn: boolean): void {
  // Only a line with the due number takes a number, else those of the rows to come would no longer fit.
  const row = isInTurn || !state.isNumbered || state.next === 0 ? state.next++ : state.next - 1;
  const why = isInTurn ? 'not a row of a wire log' : 'neither a row nor part of one';
  state.emit({ kind: 'damaged', row, time: null, text: shown(line), why, loses: isInTurn ? 'both' : null });
}

/** A line that belongs to no row. */
function pushStray(state: State, line: string, start: RowStart | null): boolean {
  if (state.isOver) return false;
  const isInTurn = start != null && isDue(state, start);
  const draft = state.open?.draft;
  const breaksRow = draft?.kind === 'octets' && isBrokenBy(draft, line);
  close(state, breaksRow);
  if (!isInTurn && !breaksRow && state.strays.length < STRAYS_KEPT && mayBeProse(line, start)) {
    state.strays.push(line);
    return true;
  }
  tellMissing(state);
  tellStrays(state);
  emitStray(state, line, isInTurn);
  return true;
}

function breakOff(state: State, line: string, why: string): void {
  const { open } = state;
  const isPartOfOpen = open !== null && isBlank(line.charCodeAt(0));
  if (!isPartOfOpen) close(state);
  state.open = null;
  const row = isPartOfOpen ? open.row : state.next++;
  const draft = isPartOfOpen ? open.draft : readRowStart(line)?.draft;
  const loses = draft ? lossOf(draft) : 'both';
  state.emit({ kind: 'damaged', row, time: null, text: shown(isPartOfOpen ? open.line : line), why, loses });
}

function shown(line: string): string {
  return trimBlanks(decodeText(line.slice(0, DAMAGED_TEXT_LIMIT)));
}

/** `isBroken`: more of the row was to come. */
function close(state: State, isBroken = false): void {
  const { open } = state;
  if (!open) return;
  state.open = null;
  const row = rowOfDraft(open.draft, open.row, open.sync);
  if (typeof row !== 'string') {
    // The time stands at the end of a row: one that has it is not broken off.
    const isWhole = open.draft.time !== null;
    const isCut = open.draft.kind === 'octets' && (isBroken || (!isWhole && isHalfHead(open.draft)));
    state.emit(isCut && row.kind === 'octets' ? { ...row, octets: { ...row.octets, exact: false } } : row);
  } else {
    const { draft, line } = open;
    const loses = lossOf(draft);
    state.emit({ kind: 'damaged', row: open.row, time: draft.time, text: shown(line), why: row, loses });
  }
}
