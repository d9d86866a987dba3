// The forms of a report, and the endings of files that have them: the first is the one that is given.

interface AttachForm {
  readonly id: 'markdown' | 'html' | 'text';
  readonly endings: readonly [string, ...string[]];
}

export const ATTACH_FORMS: readonly AttachForm[] = [
  { id: 'markdown', endings: ['md', 'markdown'] },
  { id: 'html', endings: ['html', 'htm'] },
  { id: 'text', endings: ['txt', 'text'] },
];
