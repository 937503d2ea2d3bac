import type { ByteStore } from './byte-store.ts'

/** More entries looked at than chance would bring about: somebody found strings that collide. */
const MAX_PROBES = 256
/** As many different strings of one length with the very same hash do not happen by chance either. */
const MAX_SAME_HASH = 8

/** Address, length and hash of the bytes of a code. */
const ENTRY = 3

/**
 * Codes for the distinct strings of a column, looked up by their bytes: a string is made once per distinct value. The
 * same string has the same code whichever way it comes. An open hash table; where strings collide on purpose, a Map,
 * whose hash nobody can foresee, takes over.
 */
export class ByteDictionary {
  readonly #store: ByteStore
  /** By code; `values[0]` stands for no value. */
  readonly values: string[] = ['']
  #table = new Int32Array(16)
  #entries = new Int32Array(9 * ENTRY)
  #byText: Map<string, number> | undefined

  constructor(store: ByteStore) {
    this.#store = store
  }

  codeOfText(text: string): number {
    if (this.#byText !== undefined) return this.#mapped(this.#byText, text)
    const used = this.#store.used
    const known = this.values.length
    const address = this.#store.put(text)
    const code = this.codeOfBytes(address, this.#store.length, this.#store.hash)
    if (code < known) this.#store.release(used)
    return code
  }

  codeOfBytes(address: number, length: number, hash: number): number {
    if (this.#byText !== undefined) return this.#mapped(this.#byText, this.#store.text(address, length))
    const mask = this.#table.length - 1
    let slot = hash & mask
    let same = 0
    for (let probes = 0; ; probes++) {
      const code = this.#table[slot] ?? 0
      if (code === 0) return this.#add(slot, address, length, hash)
      const entry = code * ENTRY
      if (this.#entries[entry + 2] === hash && this.#entries[entry + 1] === length) {
        if (this.#store.equal(this.#entries[entry] ?? 0, address, length)) return code
        same++
      }
      if (probes === MAX_PROBES || same === MAX_SAME_HASH)
        return this.#mapped(this.#toMap(), this.#store.text(address, length))
      slot = (slot + 1) & mask
    }
  }

  #add(slot: number, address: number, length: number, hash: number): number {
    const code = this.values.length
    this.values.push(this.#store.text(address, length))
    this.#table[slot] = code
    const entry = code * ENTRY
    this.#entries[entry] = address
    this.#entries[entry + 1] = length
    this.#entries[entry + 2] = hash
    // Half full at most, and an entry always free for the next code.
    if (code * 2 >= this.#table.length) this.#grow()
    return code
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 4)
    const entries = new Int32Array((table.length / 2 + 1) * ENTRY)
    entries.set(this.#entries)
    const mask = table.length - 1
    for (let code = 1; code < this.values.length; code++) {
      const hash = entries[code * ENTRY + 2] ?? 0
      let slot = hash & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = code
    }
    this.#table = table
    this.#entries = entries
  }

  #toMap(): Map<string, number> {
    const codes = new Map<string, number>()
    for (let code = 1; code < this.values.length; code++) codes.set(this.values[code] ?? '', code)
    this.#byText = codes
    return codes
  }

  #mapped(codes: Map<string, number>, text: string): number {
    let code = codes.get(text)
    if (code === undefined) {
      code = this.values.length
      this.values.push(text)
      codes.set(text, code)
    }
    return code
  }
}
