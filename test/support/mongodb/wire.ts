import { BSON } from 'mongodb';

/** MongoDB's wire protocol as far as the driver speaks it without compression: OP_MSG, and OP_QUERY for its first hello. */

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

type WireRequest = { id: number; isLegacy: boolean; wantsAnswer: boolean; command: BSON.Document };

/** Takes the bytes of a connection as they come; answers the messages that are whole. */
export function createReader(): (chunk: Buffer) => WireRequest[] {
  let waiting = Buffer.alloc(0);
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    const whole: WireRequest[] = [];
    while (waiting.length >= HEADER_BYTES && waiting.length >= waiting.readInt32LE(0)) {
      const length = waiting.readInt32LE(0);
      whole.push(readMessage(waiting.subarray(0, length)));
      waiting = waiting.subarray(length);
    }
    return whole;
  };
}

function readMessage(message: Buffer): WireRequest {
  const id = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === OP_QUERY) {
    const nameEnd = message.indexOf(0, HEADER_BYTES + 4);
    // Behind the name: how many to skip and to return.
    const command = readDocument(message, nameEnd + 1 + 8).document;
    return { id, isLegacy: true, wantsAnswer: true, command };
  }
  if (opCode !== OP_MSG) throw new Error(`the stand-in knows no opCode ${opCode}`);
  const flags = message.readUInt32LE(HEADER_BYTES);
  if (flags & CHECKSUM_PRESENT) throw new Error('the stand-in knows no checksums');
  return { id, isLegacy: false, wantsAnswer: !(flags & MORE_TO_COME), command: readSections(message) };
}

/** The body, with the documents of each sequence put where they belong in it. */
function readSections(message: Buffer): BSON.Document {
  const command: BSON.Document = {};
  let at = HEADER_BYTES + 4;
  while (at < message.length) {
    const kind = message[at++];
    if (kind === 0) {
      const { document, end } = readDocument(message, at);
      Object.assign(command, document);
      at = end;
      continue;
    }
    const sectionEnd = at + message.readInt32LE(at);
    const nameEnd = message.indexOf(0, at + 4);
    const documents: BSON.Document[] = [];
    for (let next = nameEnd + 1; next < sectionEnd; ) {
      const { document, end } = readDocument(message, next);
      documents.push(document);
      next = end;
    }
    command[message.toString('utf8', at + 4, nameEnd)] = documents;
    at = sectionEnd;
  }
  return command;
}

function readDocument(bytes: Buffer, at: number): { document: BSON.Document; end: number } {
  const end = at + bytes.readInt32LE(at);
  return { document: BSON.deserialize(bytes.subarray(at, end)), end };
}

export function writeAnswer(request: WireRequest, answer: BSON.Document): Buffer {
  const body = BSON.serialize(answer);
  // OP_REPLY: flags, cursor (8 bytes), starting from, number returned. OP_MSG: flags, kind of section.
  const front = Buffer.alloc(HEADER_BYTES + (request.isLegacy ? 20 : 5));
  front.writeInt32LE(front.length + body.length, 0);
  front.writeInt32LE(request.id, 8);
  front.writeInt32LE(request.isLegacy ? OP_REPLY : OP_MSG, 12);
  if (request.isLegacy) front.writeInt32LE(1, HEADER_BYTES + 16);
  return Buffer.concat([front, body]);
}
