// Marks and comments on rows. They live as long as the program, and beside the log where that was asked for.

export interface Note {
  /** Position in the log's rows, from 0. */
  readonly position: number;
  readonly isMarked: boolean;
  readonly comment: string;
}

export interface Notes {
  /** Positions of marked rows, ascending: a new list after each change. */
  readonly marked: readonly number[];
  /** Positions of rows that have a mark or a comment, likewise. */
  readonly positions: readonly number[];
  /** How often they have changed. */
  readonly version: number;
  /** What would be lost when the program ends; null where nothing would. */
  readonly unkept: Unkept | null;
  /** Writes them beside the log, where there is a place; says why that failed, or null. */
  keepNow(): string | null;
  isMarked(position: number): boolean;
  commentOn(position: number): string;
  toggle(position: number): void;
  comment(position: number, text: string): void;
}

interface Unkept {
  readonly marks: number;
  readonly comments: number;
  /** Why they are not kept as one goes. */
  readonly why: string;
  /** They can be kept when one leaves. */
  readonly hasPlace: boolean;
}

/** Gets all notes, and says why they are not kept; null where they are. */
export type Keep = (notes: readonly Note[]) => string | null;

/** `keep` gets all notes after each change, `later` when one leaves and wants them kept. */
export function openNotes(given: readonly Note[], keep: Keep, later: Keep | null = null): Notes {
  const notes = new Map(given.map((note) => [note.position, note]));
  const sorted = () => [...notes.values()].sort((a, b) => a.position - b.position);
  let marked: readonly number[] = [];
  let positions: readonly number[] = [];
  const listAnew = () => {
    const all = sorted();
    marked = all.filter(({ isMarked }) => isMarked).map(({ position }) => position);
    positions = all.map(({ position }) => position);
  };
  listAnew();
  let version = 0;
  let why: string | null = null;
  const change = (position: number, about: Partial<Note>) => {
    const note = { position, isMarked: false, comment: '', ...notes.get(position), ...about };
    if (note.isMarked || note.comment !== '') notes.set(position, note);
    else notes.delete(position);
    listAnew();
    version++;
    why = keep(sorted());
  };
  return {
    get marked() {
      return marked;
    },
    get positions() {
      return positions;
    },
    get version() {
      return version;
    },
    get unkept() {
      if (why === null || notes.size === 0) return null;
      const comments = sorted().filter(({ comment }) => comment !== '').length;
      return { marks: marked.length, comments, why, hasPlace: later !== null };
    },
    keepNow: () => {
      if (why !== null && later) why = later(sorted());
      return why;
    },
    isMarked: (position) => notes.get(position)?.isMarked ?? false,
    commentOn: (position) => notes.get(position)?.comment ?? '',
    toggle: (position) => change(position, { isMarked: !(notes.get(position)?.isMarked ?? false) }),
    comment: (position, text) => change(position, { comment: text.trim() }),
  };
}

/** The notes of a file with others put over them: a mark of either stays, and the later comment. */
export function mergedNotes(before: readonly Note[], after: readonly Note[]): Note[] {
  const all = new Map(before.map((note) => [note.position, note]));
  for (const { position, isMarked, comment } of after) {
    const old = all.get(position);
    all.set(position, {
      position,
      isMarked: isMarked || (old?.isMarked ?? false),
      comment: comment === '' ? (old?.comment ?? '') : comment,
    });
  }
  return [...all.values()].sort((a, b) => a.position - b.position);
}

/** One JSON record a line. */
export function notesToText(notes: readonly Note[]): string {
  return notes
    .map(({ position, isMarked, comment }) => `${JSON.stringify({ position, marked: isMarked, comment })}\n`)
    .join('');
}

/** The notes of a file that holds nothing else; null where a line of it is none. */
export function notesFromText(text: string): Note[] | null {
  const notes = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(noteOf);
  return notes.every((note) => note !== null) ? notes : null;
}

function noteOf(line: string): Note | null {
  try {
    const { position, marked, comment, ...more } = JSON.parse(line);
    if (Object.keys(more).length > 0) return null;
    if (!Number.isSafeInteger(position) || position < 0) return null;
    return { position, isMarked: marked === true, comment: typeof comment === 'string' ? comment : '' };
  } catch {
    return null;
  }
}
