// A line that is being written: a search, a filter, an action, a comment, a file name. Pure.

import type { KeyCommand } from './keymap.ts';

export const PROMPTS = {
  search: 'search: ',
  help: 'search the help: ',
  filter: 'filter: ',
  palette: ': ',
  name: 'write to: ',
  comment: 'comment: ',
  breaks: 'break at: ',
  compare: 'compare with (another log): ',
  replay: 'replay at (ws://host:port, or a port where the peer comes): ',
} as const;

export type PromptKind = keyof typeof PROMPTS;

/** Those whose answer is for the page. */
export type PageQuestion = Exclude<PromptKind, 'palette' | 'name' | 'help' | 'search'>;

export interface Prompt {
  readonly kind: PromptKind;
  readonly text: string;
  /** Characters before the caret, counted in code points. */
  readonly caret: number;
  /** What was written before; the first is the latest. */
  readonly earlier: readonly string[];
  /** Which of them is shown; -1 for none. */
  readonly at: number;
  /** Which of the palette's actions is chosen. */
  readonly chosen: number;
}

const LONGEST = 1000;

export function openPrompt(kind: PromptKind, text: string, earlier: readonly string[]): Prompt {
  return { kind, text, caret: [...text].length, earlier, at: -1, chosen: 0 };
}

/** What is typed or pasted: control characters are no part of it. */
export function typed(prompt: Prompt, given: string): Prompt {
  const added = given.replace(/[\s\p{C}]+/gu, ' ');
  const characters = [...prompt.text];
  if (characters.length + added.length > LONGEST) return prompt;
  characters.splice(prompt.caret, 0, ...added);
  return { ...prompt, text: characters.join(''), caret: prompt.caret + [...added].length, chosen: 0 };
}

export function editPrompt(prompt: Prompt, command: KeyCommand): Prompt {
  const characters = [...prompt.text];
  const { caret } = prompt;
  const keep = (from: number): Prompt => {
    characters.splice(from, caret - from);
    return { ...prompt, text: characters.join(''), caret: from, chosen: 0 };
  };
  switch (command) {
    case 'prompt-erase':
      return keep(Math.max(caret - 1, 0));
    case 'prompt-erase-word':
      return keep(wordStart(characters.slice(0, caret)));
    case 'prompt-erase-all':
      return keep(0);
    case 'prompt-left':
      return { ...prompt, caret: Math.max(caret - 1, 0) };
    case 'prompt-right':
      return { ...prompt, caret: Math.min(caret + 1, characters.length) };
    case 'prompt-earlier':
      return recalled(prompt, prompt.at + 1);
    case 'prompt-later':
      return recalled(prompt, prompt.at - 1);
    default:
      return prompt;
  }
}

function recalled(prompt: Prompt, at: number): Prompt {
  if (at >= prompt.earlier.length || at < -1) return prompt;
  const text = prompt.earlier[at] ?? '';
  return { ...prompt, text, caret: [...text].length, at };
}

/** Where the last word of them begins. */
function wordStart(characters: readonly string[]): number {
  let at = characters.length;
  while (at > 0 && characters[at - 1] === ' ') at--;
  while (at > 0 && characters[at - 1] !== ' ') at--;
  return at;
}
