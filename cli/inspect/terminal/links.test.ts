import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileLink, hyperlink, takesLinks } from './links.ts';
import { paintLine, piece } from './paint.ts';

describe('links', () => {
  it.each([
    [{ TERM: 'xterm-256color', VTE_VERSION: '7006' }, true],
    [{ TERM: 'xterm-256color', VTE_VERSION: '5000' }, false],
    [{ TERM: 'xterm-kitty' }, true],
    [{ TERM: 'foot-extra' }, true],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.4.19' }, true],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '2.9' }, false],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm', TERM_PROGRAM_VERSION: '20230712-072601-f4abf8fd' }, true],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal', TERM_PROGRAM_VERSION: '453' }, false],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'constructor' }, false],
    [{ TERM: 'xterm-256color', WT_SESSION: 'a' }, true],
    [{ TERM: 'xterm-256color', WT_SESSION: 'a', CI: '1' }, false],
    [{ TERM: 'tmux-256color', VTE_VERSION: '7006', TMUX: '/tmp/tmux' }, false],
    [{ TERM: 'screen', VTE_VERSION: '7006' }, false],
    [{ TERM: 'xterm-256color' }, false],
    [{ TERM: 'xterm-256color', FORCE_HYPERLINK: '1' }, true],
    [{ TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' }, false],
  ])('are given to the terminal of %j: %s', (env, takes) => {
    expect(takesLinks(env)).toBe(takes);
  });

  it('hold nothing that could drive the terminal, whatever the file is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
        const url = fileLink(name.replaceAll('\0', 'x'));
        const text = hyperlink('here', url ?? '');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
        expect(text).toMatch(/^(?:here|\x1b\]8;;[\x21-\x7e]+\x1b\\here\x1b\]8;;\x1b\\)$/);
      }),
    );
    expect(hyperlink('here', 'https://a\x1b]52;c;x\x07')).toBe('here');
    expect(fileLink('-')).toBeNull();
  });

  it('stand in a line without a column of their own, and not without colour', () => {
    const pieces = [piece('see '), piece('RFC 6455', 'plain', 'https://example.org/a')];
    const line = paintLine(pieces, { width: 10, color: true, links: true });
    expect(line).toBe('see \x1b]8;;https://example.org/a\x1b\\RFC 6…\x1b]8;;\x1b\\');
    for (const canvas of [
      { width: 10, color: true },
      { width: 10, color: false, links: true },
    ]) {
      expect(paintLine(pieces, canvas)).toBe('see RFC 6…');
    }
  });
});
