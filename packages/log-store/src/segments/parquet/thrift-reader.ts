/** Type codes of the Thrift compact protocol. */
const STOP = 0
const TRUE = 1
const FALSE = 2
const I8 = 3
const I16 = 4
const I32 = 5
const I64 = 6
const DOUBLE = 7
const BINARY = 8
const LIST = 9
const SET = 10
const STRUCT = 12

type ThriftValue = boolean | number | Uint8Array | readonly ThriftValue[] | ThriftFields

/** The fields of one struct by their id. Asking for a field that has another type throws. */
export class ThriftFields {
  readonly #values: ReadonlyMap<number, ThriftValue>

  constructor(values: ReadonlyMap<number, ThriftValue>) {
    this.#values = values
  }

  integer(id: number): number {
    return required(id, this.optionalInteger(id))
  }

  optionalInteger(id: number): number | undefined {
    const value = this.#values.get(id)
    if (value === undefined || typeof value === 'number') return value
    throw unexpected(id)
  }

  optionalBoolean(id: number): boolean | undefined {
    const value = this.#values.get(id)
    if (value === undefined || typeof value === 'boolean') return value
    throw unexpected(id)
  }

  optionalBytes(id: number): Uint8Array | undefined {
    const value = this.#values.get(id)
    if (value === undefined || value instanceof Uint8Array) return value
    throw unexpected(id)
  }

  text(id: number): string {
    return required(id, this.optionalText(id))
  }

  optionalText(id: number): string | undefined {
    const bytes = this.optionalBytes(id)
    return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8')
  }

  struct(id: number): ThriftFields {
    return required(id, this.optionalStruct(id))
  }

  optionalStruct(id: number): ThriftFields | undefined {
    const value = this.#values.get(id)
    if (value === undefined || value instanceof ThriftFields) return value
    throw unexpected(id)
  }

  structs(id: number): readonly ThriftFields[] {
    return this.#list(id, (value) => value instanceof ThriftFields)
  }

  integers(id: number): readonly number[] {
    return this.#list(id, (value) => typeof value === 'number')
  }

  #list<T extends ThriftValue>(id: number, is: (value: ThriftValue) => value is T): readonly T[] {
    const value = this.#values.get(id)
    if (Array.isArray(value) && value.every(is)) return value
    throw unexpected(id)
  }
}

/**
 * Reads one struct in the Thrift compact protocol. Throws an Error where the bytes are none.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export function readThriftStruct(bytes: Uint8Array): ThriftFields {
  return new ThriftReader(bytes).struct()
}

/** The same for a struct that begins at `at`, and where it ends. */
export function readThriftStructAt(bytes: Uint8Array, at: number): { fields: ThriftFields; end: number } {
  const reader = new ThriftReader(bytes, at)
  return { fields: reader.struct(), end: reader.at }
}

class ThriftReader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  get at(): number {
    return this.#at
  }

  struct(): ThriftFields {
    const values = new Map<number, ThriftValue>()
    let id = 0
    for (let head = this.#byte(); head !== STOP; head = this.#byte()) {
      const step = head >> 4
      id = step === 0 ? this.#zigzag() : id + step
      const type = head & 0xf
      values.set(id, type === TRUE || type === FALSE ? type === TRUE : this.#value(type))
    }
    return new ThriftFields(values)
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case I8:
        return (this.#byte() << 24) >> 24
      case I16:
      case I32:
      case I64:
        return this.#zigzag()
      case DOUBLE:
        return Buffer.from(this.#take(8)).readDoubleLE()
      case BINARY:
        return this.#take(this.#varint())
      case LIST:
      case SET:
        return this.#list()
      case STRUCT:
        return this.struct()
      default:
        throw new Error(`a value of the unknown type ${type}`)
    }
  }

  #list(): ThriftValue[] {
    const head = this.#byte()
    const type = head & 0xf
    const length = head >> 4 === 15 ? this.#varint() : head >> 4
    const element = () => (type === TRUE || type === FALSE ? this.#byte() === TRUE : this.#value(type))
    return Array.from({ length }, element)
  }

  /** A signed integer, which must be one that a double holds. */
  #zigzag(): number {
    const value = this.#varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  #varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#byte()
      value += (byte & 0x7f) * scale
      if (!Number.isSafeInteger(value)) throw new Error('an integer that is too large')
      if (byte < 0x80) return value
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new Error('a struct that is cut off')
    return byte
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new Error('a value that is cut off')
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }
}

function required<T>(id: number, value: T | undefined): T {
  if (value === undefined) throw unexpected(id)
  return value
}

function unexpected(id: number): Error {
  return new Error(`the field ${id} of a struct is missing or of another type`)
}
