import { ByteSink } from './byte-sink.ts'

/** Type codes of the Thrift compact protocol. */
const TRUE = 1
const FALSE = 2
const I32 = 5
const I64 = 6
const BINARY = 8
const LIST = 9
const STRUCT = 12
const STOP = 0

/**
 * Writes one struct in the Thrift compact protocol, fields in ascending order of their ids; what is undefined is left
 * out. https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export class ThriftStruct {
  readonly #sink = new ByteSink()
  #last = 0

  i32(id: number, value: number | undefined): this {
    if (value === undefined) return this
    this.#header(id, I32)
    this.#zigzag(value)
    return this
  }

  /** An i64 that a double holds exactly. */
  i64(id: number, value: number | undefined): this {
    if (value === undefined) return this
    this.#header(id, I64)
    this.#zigzag(value)
    return this
  }

  boolean(id: number, value: boolean | undefined): this {
    if (value !== undefined) this.#header(id, value ? TRUE : FALSE)
    return this
  }

  binary(id: number, value: Uint8Array | string | undefined): this {
    if (value === undefined) return this
    this.#header(id, BINARY)
    this.#binary(value)
    return this
  }

  struct(id: number, value: ThriftStruct | undefined): this {
    if (value === undefined) return this
    this.#header(id, STRUCT)
    this.#sink.append(value.bytes())
    return this
  }

  structs(id: number, values: readonly ThriftStruct[]): this {
    this.#list(id, STRUCT, values.length)
    for (const value of values) this.#sink.append(value.bytes())
    return this
  }

  i32s(id: number, values: readonly number[]): this {
    this.#list(id, I32, values.length)
    for (const value of values) this.#zigzag(value)
    return this
  }

  texts(id: number, values: readonly string[]): this {
    this.#list(id, BINARY, values.length)
    for (const value of values) this.#binary(value)
    return this
  }

  /** The struct with its end mark; to be called once. */
  bytes(): Uint8Array {
    this.#sink.u8(STOP)
    return this.#sink.bytes()
  }

  #header(id: number, type: number): void {
    const step = id - this.#last
    if (step <= 0) throw new Error(`the field ${id} comes after the field ${this.#last}`)
    if (step > 15) {
      this.#sink.u8(type)
      this.#zigzag(id)
    } else {
      this.#sink.u8((step << 4) | type)
    }
    this.#last = id
  }

  #list(id: number, type: number, length: number): void {
    this.#header(id, LIST)
    if (length < 15) {
      this.#sink.u8((length << 4) | type)
    } else {
      this.#sink.u8(0xf0 | type)
      this.#sink.varint(length)
    }
  }

  #binary(value: Uint8Array | string): void {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    this.#sink.varint(bytes.length)
    this.#sink.append(bytes)
  }

  #zigzag(value: number): void {
    this.#sink.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }
}
