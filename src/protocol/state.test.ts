import { describe, expect, it } from 'vitest';
import { bareHeader } from '../model/row.ts';
import type { Fault } from './expectation.ts';
import { openMessage } from './frame/message.ts';
import { OPCODE } from './frame/opcode.ts';
import { ConnectionState, EndpointState } from './state.ts';

const endpoint = () => new EndpointState('rx', 'server');
const message = () => openMessage(OPCODE.TEXT, false, true);
const FAULT: Fault = { rule: 'frame/rsv-set', class: 'fail-1002', row: 1, frame: null, time: null };
const OUTCOME = { kind: 'close', row: 2, close: null, hadTime: true, isSeen: true } as const;

describe('a connection', () => {
  it('opens, closes and ends in the order of RFC 6455, and never goes back', () => {
    const connection = new ConnectionState(bareHeader('log', 'rows'), 100);
    const states = (['close', 'switched', 'switched', 'close', 'switched', 'tcp-end', 'close'] as const).map(
      (event) => {
        connection.move(event);
        return connection.state;
      },
    );
    expect(states).toEqual(['connecting', 'open', 'open', 'closing', 'closing', 'closed', 'closed']);
  });

  it('is open from the beginning where the log says what is agreed', () => {
    expect(new ConnectionState({ ...bareHeader('log', 'rows'), extensions: 'none' }, 100).state).toBe('open');
  });
});

describe('what is seen of an endpoint', () => {
  it('has a gap from the first lost octets on, also when it is in step again', () => {
    const own = endpoint();
    expect([own.gap, own.isLost]).toEqual([false, false]);
    own.lose(7);
    expect([own.gap, own.isLost, own.gapRow]).toEqual([true, true, 7]);
    own.see('in-step');
    expect([own.gap, own.isLost, own.gapRow]).toEqual([true, false, 7]);
  });

  it('has no gap where the log only begins inside a frame', () => {
    const own = endpoint();
    own.see('inside');
    expect([own.gap, own.isLost]).toEqual([false, true]);
    own.see('in-step');
    expect([own.gap, own.isLost]).toEqual([false, false]);
  });

  it('begins anew with the next request, but for the place that is lost', () => {
    const own = endpoint();
    own.lose(7);
    own.see('next-request');
    expect([own.gap, own.isLost]).toEqual([false, true]);
  });
});

describe('an endpoint that sends', () => {
  it('is inside a message from its first frame to its last', () => {
    const own = endpoint();
    const sent = message();
    own.beginMessage(sent);
    own.continueMessage(sent, true);
    expect([own.message, own.isMessageUnknown]).toEqual([sent, false]);
    own.endMessage();
    expect([own.message, own.isMessageUnknown]).toEqual([null, false]);
  });

  it('may be inside an unknown message after a gap, until a message begins or ends', () => {
    const own = endpoint();
    own.forgetMessage();
    own.continueMessage(message(), false);
    expect(own.isMessageUnknown).toBe(true);
    own.continueMessage(message(), true);
    expect(own.isMessageUnknown).toBe(false);
    own.forgetMessage();
    own.beginMessage(message());
    expect(own.isMessageUnknown).toBe(false);
  });
});

describe('the duty to react', () => {
  it('is opened by the first fault, and settled once', () => {
    const own = endpoint();
    const opened = own.fail(FAULT);
    expect([own.duty, own.fail({ ...FAULT, row: 5 }), own.expectation?.row]).toEqual(['due', null, 1]);
    expect(own.settle(OUTCOME)).toBe(opened);
    expect([own.duty, own.settle(OUTCOME), own.openExpectation]).toEqual(['settled', null, null]);
  });

  it('may wait for the rest of a text, unless another fault cannot', () => {
    const begun = () => {
      const own = endpoint();
      const text = message();
      const frame = { ordinal: 0, finished: false } as never;
      text.frames.push(frame);
      own.beginMessage(text);
      own.fail({ ...FAULT, class: 'fail-1007', frame });
      return own;
    };
    expect(begun().duty).toBe('may wait');
    const [ended, hurried] = [begun(), begun()];
    ended.endText(3);
    expect([ended.duty, ended.expectation?.textEnd]).toEqual(['due', 3]);
    hurried.fail({ ...FAULT, row: 9 });
    expect([hurried.duty, hurried.expectation?.sooner?.row]).toEqual(['due', 9]);
  });
});
