// The little CBOR that a payment device needs: unsigned and negative integers, byte strings, arrays and maps with
// integer labels, tag 18. Deterministic only (docs/WIRE.md, section 3): whatever else comes is refused.

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, array: 4, map: 5, tag: 6 };

export class Tagged {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

function head(major, value) {
  const number = BigInt(value);
  const first = major << 5;
  if (number < 24n) return Buffer.from([first | Number(number)]);
  const log = [8n, 16n, 32n, 64n].findIndex((bits) => number < 1n << bits);
  const [info, size] = [24 + log, 1 << log];
  const wide = Buffer.alloc(8);
  wide.writeBigUInt64BE(number);
  return Buffer.concat([Buffer.from([first | info]), wide.subarray(8 - size)]);
}

/** Numbers, bigints, Buffers, arrays, and Maps with integer labels in the order in which they were put. */
export function encode(value) {
  if (typeof value === "number" || typeof value === "bigint") {
    const number = BigInt(value);
    return number < 0n ? head(MAJOR.negative, -1n - number) : head(MAJOR.unsigned, number);
  }
  if (Buffer.isBuffer(value)) return Buffer.concat([head(MAJOR.bytes, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(MAJOR.array, value.length), ...value.map(encode)]);
  if (value instanceof Map) {
    const members = [...value].flatMap(([label, member]) => [encode(label), encode(member)]);
    return Buffer.concat([head(MAJOR.map, value.size), ...members]);
  }
  if (value instanceof Tagged) return Buffer.concat([head(MAJOR.tag, value.tag), encode(value.value)]);
  throw new Error(`no CBOR for ${typeof value}`);
}

/** Reads one item that must be all of the bytes. Integers come as numbers, or as bigints where those are too small. */
export function decode(bytes) {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (reader.at !== bytes.length) throw new Error("trailing bytes");
  return value;
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  item(depth) {
    if (depth > 8) throw new Error("nested too deep");
    const [major, number] = this.head();
    switch (major) {
      case MAJOR.unsigned: return small(number);
      case MAJOR.negative: return small(-1n - number);
      case MAJOR.bytes: return this.take(Number(number));
      case MAJOR.array: return Array.from({ length: this.count(number) }, () => this.item(depth + 1));
      case MAJOR.map: return this.map(this.count(number), depth + 1);
      case MAJOR.tag: return new Tagged(small(number), this.item(depth + 1));
      default: throw new Error("a type that has no place here");
    }
  }

  map(count, depth) {
    const members = new Map();
    let before = null;
    for (let i = 0; i < count; i++) {
      const start = this.at;
      const label = this.item(depth);
      const written = this.bytes.subarray(start, this.at);
      if (typeof label !== "number") throw new Error("a label that is no integer");
      if (before && Buffer.compare(before, written) >= 0) throw new Error("labels are not ascending");
      before = written;
      members.set(label, this.item(depth));
    }
    return members;
  }

  head() {
    const first = this.take(1)[0];
    const info = first & 31;
    if (info > 27) throw new Error("indefinite or reserved length");
    if (info < 24) return [first >> 5, BigInt(info)];
    const size = 1 << (info - 24);
    const number = BigInt("0x" + this.take(size).toString("hex"));
    const least = size === 1 ? 24n : 1n << BigInt(4 * size);
    if (number < least) throw new Error("not the shortest form");
    return [first >> 5, number];
  }

  count(number) {
    if (number > BigInt(this.bytes.length - this.at)) throw new Error("truncated");
    return Number(number);
  }

  take(size) {
    if (size > this.bytes.length - this.at) throw new Error("truncated");
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }
}

function small(number) {
  const number53 = Number(number);
  return Number.isSafeInteger(number53) ? number53 : number;
}
