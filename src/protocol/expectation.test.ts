import { describe, expect, it } from 'vitest';
import { acceptedCodes, dueFrom, expect as expectation, type Fault } from './expectation.ts';
import type { Frame } from './frame/frame.ts';
import { type Message, openMessage } from './frame/message.ts';

function frame(ordinal: number, opcode = 1, finished = true): Frame {
  return { ordinal, opcode, finished } as Frame;
}

function fault(more: Partial<Fault> = {}): Fault {
  return { rule: 'x/y', class: 'fail-1002', row: 4, frame: frame(3), time: 1.5, ...more };
}

function textWith(...frames: readonly Frame[]): Message {
  return openMessage(1, false, true, false, [...frames]);
}

describe('the close codes that are right', () => {
  it.each([
    [{}, [1002]],
    [{ class: 'fail-1007' }, [1007]],
    [{ class: 'fail' }, [1007, 1002]],
    [{ rule: 'close/reason-invalid-utf8' }, [1007, 1002]],
    [{ rule: 'frame/length-msb-set' }, [1002, 1009]],
    [{ frame: null }, [1002]],
    [{ frame: frame(3, 2) }, [1002]],
    [{ frame: frame(3, 3) }, [1002, 1003]],
    [{ frame: frame(3, 7) }, [1002, 1003]],
    [{ frame: frame(3, 8) }, [1002]],
  ] as const)('after %j are %j', (more, codes) => {
    expect(acceptedCodes(expectation(fault(more), null))).toEqual(codes);
  });

  it('are also those of a fault that could not wait for the end of the text', () => {
    const open = expectation(fault({ class: 'fail-1007' }), null);
    expect(acceptedCodes({ ...open, sooner: fault() })).toEqual([1007, 1002]);
    expect(acceptedCodes({ ...open, sooner: fault({ class: 'fail' }) })).toEqual([1007, 1002]);
  });
});

describe('a reaction is due', () => {
  it('from the bad frame on', () => {
    expect(dueFrom(expectation(fault(), null))).toBe(3);
    expect(dueFrom(expectation(fault({ frame: null }), null))).toBe(0);
  });

  it('from the end of the text on that broke with its latest frame', () => {
    const bad = frame(3);
    const text = textWith(frame(1), bad);
    const open = expectation(fault({ class: 'fail-1007', frame: bad }), text);
    expect([open.text, dueFrom(open)]).toEqual([text, null]);
    text.frames.push(frame(5));
    text.finished = true;
    expect(dueFrom(open)).toBe(5);
  });

  it('from a fault on that cannot wait for that', () => {
    const bad = frame(3);
    const open = expectation(fault({ class: 'fail-1007', frame: bad }), textWith(bad));
    expect(dueFrom({ ...open, sooner: fault({ frame: frame(4) }) })).toBe(4);
  });

  it('at once after another fault, or one of another frame', () => {
    const bad = frame(3);
    expect(expectation(fault({ frame: bad }), textWith(bad)).text).toBe(null);
    expect(expectation(fault({ class: 'fail-1007', frame: bad }), textWith(bad, frame(4))).text).toBe(null);
    expect(expectation(fault({ class: 'fail-1007', frame: null }), textWith()).text).toBe(null);
  });
});

it('the end of the bad frame is known where it is whole, or there is none', () => {
  expect(expectation(fault(), null).frameEnd).toEqual({ row: 4, time: 1.5 });
  expect(expectation(fault({ frame: null }), null).frameEnd).toEqual({ row: 4, time: 1.5 });
  expect(expectation(fault({ frame: frame(3, 1, false) }), null).frameEnd).toBe(null);
});
