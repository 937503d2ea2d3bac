import { isUtf8 } from 'node:buffer'
import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire'

/** Reads strings, and remembers whether one had to be repaired. */
export class Strings {
  isRepaired = false
  readonly decode = (bytes: Uint8Array): string => {
    if (!isUtf8(bytes)) this.isRepaired = true
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  }
}

/** How a field is read into what its message becomes. */
export interface Field<T> {
  readonly wire: WireType
  readonly read: (reader: BinaryReader, into: T, strings: Strings) => void
}

/** Fields by number. Those that are not named, or come with another wire type, are of a newer version and passed over. */
export type Message<T> = Readonly<Record<number, Field<T>>>

/** Reads a message into what it was given. Throws where the bytes are none. */
export function readMessage<T>(message: Message<T>, bytes: Uint8Array, into: T, strings: Strings): T {
  const reader = new BinaryReader(bytes, strings.decode)
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    const field = message[number]
    if (field?.wire === wire) field.read(reader, into, strings)
    else reader.skip(wire, number)
  }
  return into
}
