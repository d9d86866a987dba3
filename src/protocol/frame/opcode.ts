// Opcodes, RFC 6455 §5.2 and §11.8.

export const OPCODE = { CONTINUATION: 0x0, TEXT: 0x1, BINARY: 0x2, CLOSE: 0x8, PING: 0x9, PONG: 0xa } as const;

const NAMES: Readonly<Record<number, string>> = {
  [OPCODE.CONTINUATION]: 'continuation',
  [OPCODE.TEXT]: 'text',
  [OPCODE.BINARY]: 'binary',
  [OPCODE.CLOSE]: 'close',
  [OPCODE.PING]: 'ping',
  [OPCODE.PONG]: 'pong',
};

/** The opcode's name in RFC 6455 §11.8, or `reserved-N`. */
export function opcodeName(opcode: number): string {
  return NAMES[opcode] ?? `reserved-${opcode}`;
}

const IN_SENTENCES: Readonly<Record<number, string>> = {
  [OPCODE.CLOSE]: 'a Close',
  [OPCODE.PING]: 'a Ping',
  [OPCODE.PONG]: 'a Pong',
};

/** What a sentence calls such a frame: "a text frame", "a Ping", "a frame of opcode 3". */
export function frameName(opcode: number): string {
  const name = NAMES[opcode];
  return IN_SENTENCES[opcode] ?? (name ? `a ${name} frame` : `a frame of opcode ${opcode}`);
}

/** Opcodes 8 to 15, reserved ones included (RFC 6455 §5.5). */
export function isControl(opcode: number): boolean {
  return opcode >= 8;
}

export function isReservedOpcode(opcode: number): boolean {
  return NAMES[opcode] === undefined;
}
