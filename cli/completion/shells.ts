/** Shells for which there is a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
