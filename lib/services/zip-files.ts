const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xed_b8_83_20 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = 0xff_ff_ff_ff;
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xff_ff_ff_ff) >>> 0;
}

const VERSION = 20;
/** Names are UTF-8. */
const UTF8 = 0x08_00;
/** 1 January 1980, midnight: the same files give the same archive. */
const DATE = 0x00_21;

interface Entry {
  readonly name: Buffer;
  readonly content: Buffer;
  readonly crc: number;
  readonly offset: number;
}

/** What the header of a file and its entry in the directory have in common. */
function described({ name, content, crc }: Omit<Entry, 'offset'>): Buffer {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(VERSION, 0);
  head.writeUInt16LE(UTF8, 2);
  head.writeUInt16LE(DATE, 8);
  head.writeUInt32LE(crc, 10);
  head.writeUInt32LE(content.length, 14);
  head.writeUInt32LE(content.length, 18);
  head.writeUInt16LE(name.length, 22);
  return head;
}

const signature = (letters: string): Buffer => Buffer.from(`PK${letters}`, 'latin1');

/** Text files as a ZIP archive, stored as they are: a few kilobytes of SQL are not worth a compressor. Up to 65,535 files and 4 GB. */
export function zipFiles(files: readonly { readonly path: string; readonly text: string }[]): Buffer {
  const parts: Buffer[] = [];
  const entries: Entry[] = [];
  let offset = 0;
  const put = (...buffers: readonly Buffer[]): void => {
    parts.push(...buffers);
    offset += buffers.reduce((sum, { length }) => sum + length, 0);
  };
  for (const { path, text } of files) {
    const content = Buffer.from(text, 'utf8');
    const entry = { name: Buffer.from(path, 'utf8'), content, crc: crc32(content), offset };
    entries.push(entry);
    put(signature('\x03\x04'), described(entry), entry.name, content);
  }
  const directory = offset;
  for (const entry of entries) {
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(entry.offset, 10);
    const made = Buffer.from([VERSION, 0]);
    put(signature('\x01\x02'), made, described(entry), tail, entry.name);
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(offset - directory, 8);
  end.writeUInt32LE(directory, 12);
  put(signature('\x05\x06'), end);
  return Buffer.concat(parts);
}
