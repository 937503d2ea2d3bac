import {
  constantColumn,
  type EventBatch,
  eventIdValues,
  exactJson,
  FLAGS,
  hashBytes,
  type IdRun,
  isScalar,
  type RecordHeader,
  type Scalar,
  type StringColumn,
  stringColumnBuilder,
  type TextField,
} from '@heartwood/event'
import type { JsonObject, JsonValue } from '../framing/index.ts'
import { MAX_CELLS, MAX_COLUMN_DEPTH, MAX_COLUMNS, MAX_KEY_LENGTH } from '../limits.ts'
import type { ByteStore } from './byte-store.ts'
import { ColumnSetWriter, type KeyColumns } from './column-set.ts'
import { StringWriter } from './string-writer.ts'

/** A key at its place in the nesting of objects: where its value goes as a leaf, and the keys below it. */
interface KeyNode {
  readonly path: string
  readonly columns: KeyColumns
  readonly below: Map<string, KeyNode>
}

/** An object at its place in the nesting: the keys in it, and what stands before them in dotted keys. */
export interface ObjectPlace {
  readonly nodes: Map<string, KeyNode>
  readonly path: string
  readonly depth: number
}

/** A value at its place in the nesting. Its columns are looked up when the first event has it, as for any other event. */
export interface LeafPlace {
  readonly object: ObjectPlace
  readonly key: string
  node?: KeyNode | undefined
}

/** What the records of one batch have in common. */
export type WriterConstants = Pick<RecordHeader, 'door' | 'defaults'>

/**
 * Writes the events of queue records as columns. Per record: `beginRecord`. Per event: `attribute`s, at most one
 * `object` and one `message`, then `endEvent`. JSON objects are flattened to dotted keys; what has no column (objects in arrays, over-deep nesting, keys
 * past the caps, a dotted key an event has twice) goes into `rest` under its dotted key. Nulls are dropped.
 */
export class EventWriter {
  readonly #constants: WriterConstants
  readonly #runs: (IdRun & { rows: number })[] = []
  /** The index of the first frame of the record in its batch. */
  #firstIndex = 0
  #recordFlags = 0
  readonly #indexes: Uint32Array
  readonly #received: BigInt64Array<ArrayBuffer>
  readonly #flags: Uint8Array
  readonly #message: StringWriter
  readonly #rest = stringColumnBuilder()
  readonly #columns: ColumnSetWriter
  readonly #root = new Map<string, KeyNode>()
  #restOfRow: [key: string, value: JsonValue][] = []
  #row = 0
  #messages = 0
  #rests = 0
  /** Where the bytes of string values lie. */
  readonly store: ByteStore

  constructor(constants: WriterConstants, maxRows: number, store: ByteStore) {
    this.#constants = constants
    this.#indexes = new Uint32Array(maxRows)
    this.#received = new BigInt64Array(maxRows)
    this.#flags = new Uint8Array(maxRows)
    this.store = store
    this.#message = new StringWriter(store, maxRows)
    this.#columns = new ColumnSetWriter(
      Math.min(MAX_COLUMNS, Math.ceil(MAX_CELLS / Math.max(1, maxRows))),
      maxRows,
      this.store,
    )
  }

  /** How many events have been written. */
  get rows(): number {
    return this.#row
  }

  /** How many columns of attributes there are. */
  get columns(): number {
    return this.#columns.columns
  }

  /** The events that follow are of this record. */
  beginRecord(header: Pick<RecordHeader, 'batch_id' | 'received_at' | 'first_index' | 'replay'>): void {
    const { batch_id, received_at, first_index = 0, replay } = header
    this.#runs.push({ batchId: replay?.batch_id ?? batch_id, rows: 0 })
    this.#firstIndex = first_index
    this.#recordFlags = FLAGS.time_inferred | (replay?.salvaged ? FLAGS.salvaged : 0)
    this.#received.fill(BigInt(received_at), this.#row)
  }

  message(text: string): void {
    if (text === '') return
    this.#message.set(this.#row, text)
    this.#messages++
  }

  /** The message by its bytes in the store, which are not none. */
  messageBytes(address: number, length: number): void {
    const hash = this.#message.appends ? 0 : hashBytes(this.store.words, address, address + length)
    this.#message.setBytes(this.#row, address, length, hash)
    this.#messages++
  }

  attribute(key: string, value: Scalar | undefined): void {
    if (value !== undefined) this.#put(this.#nodeOf(this.#root, key, ''), key, value)
  }

  object(object: JsonObject): void {
    this.#object(object, this.#root, '', 1)
  }

  /** The place of a whole event's object. */
  root(): ObjectPlace {
    return { nodes: this.#root, path: '', depth: 1 }
  }

  /** The place of an object that an event of this batch has had; undefined where it goes to `rest`. */
  placeOf(object: ObjectPlace, key: string): ObjectPlace | undefined {
    const node = object.nodes.get(key)
    if (node === undefined || object.depth >= MAX_COLUMN_DEPTH) return undefined
    return { nodes: node.below, path: `${node.path}.`, depth: object.depth + 1 }
  }

  value(leaf: LeafPlace, value: Scalar | readonly Scalar[]): void {
    this.#put(this.#nodeOfLeaf(leaf), leaf.object.path + leaf.key, value)
  }

  number(leaf: LeafPlace, value: number): void {
    const node = this.#nodeOfLeaf(leaf)
    if (node === undefined || !this.#columns.setNumber(node.columns, this.#row, value))
      this.#restOfRow.push([leaf.object.path + leaf.key, value])
  }

  /** A string by its bytes in the store. */
  bytes(leaf: LeafPlace, address: number, length: number, hash: number): void {
    const node = this.#nodeOfLeaf(leaf)
    if (node === undefined || !this.#columns.setBytes(node.columns, this.#row, address, length, hash))
      this.#restOfRow.push([leaf.object.path + leaf.key, this.store.text(address, length)])
  }

  /** Ends the event that is frame `index` of the record's body. */
  endEvent(index: number, flags: number): void {
    const run = this.#runs.at(-1)
    if (run === undefined) throw new Error('an event of no record')
    run.rows++
    this.#indexes[this.#row] = this.#firstIndex + index
    this.#flags[this.#row] = flags | this.#recordFlags
    if (this.#restOfRow.length > 0) {
      const members = this.#restOfRow.map(([key, value]) => `${JSON.stringify(key)}:${exactJson(value)}`)
      this.#rest.set(this.#row, `{${members.join(',')}}`)
      this.#restOfRow = []
      this.#rests++
    }
    this.#row++
  }

  finish(): EventBatch {
    const length = this.#row
    const received = this.#received.slice(0, length)
    this.store.seal()
    return {
      length,
      id: this.#ids(length),
      timestamp: received,
      observed_at: received.slice(),
      severity_number: new Uint8Array(length),
      weight: new Float64Array(length).fill(1),
      flags: this.#flags.slice(0, length),
      text: this.#text(length),
      attributes: this.#columns.finish(length),
      resource: new Map(),
    }
  }

  #ids(length: number): StringColumn {
    const codes = new Uint32Array(length)
    for (let row = 0; row < length; row++) codes[row] = row + 1
    return { type: 'string', codes, values: eventIdValues(this.#runs, this.#indexes.subarray(0, length)) }
  }

  #text(length: number): Map<TextField, StringColumn> {
    const text = new Map<TextField, StringColumn>()
    if (length === 0) return text
    const { door, defaults } = this.#constants
    text.set('source', constantColumn(door, length))
    for (const field of ['service', 'environment', 'hostname'] as const) {
      const value = defaults[field]
      if (value !== undefined && value !== '') text.set(field, constantColumn(value, length))
    }
    if (this.#messages > 0) text.set('message', this.#message.finish(length))
    if (this.#rests > 0) text.set('rest', this.#rest.finish(length))
    return text
  }

  #object(object: JsonObject, nodes: Map<string, KeyNode>, path: string, depth: number): void {
    for (const key in object) {
      const value = object[key]
      if (value === null || value === undefined) continue
      const node = nodes.get(key) ?? this.#nodeOf(nodes, key, path)
      const dotted = node?.path ?? path + key
      if (typeof value !== 'object') this.#put(node, dotted, value)
      else if (Array.isArray(value)) this.#array(node, dotted, value)
      else if (node === undefined || depth >= MAX_COLUMN_DEPTH) this.#restOfRow.push([dotted, value])
      else this.#object(value, node.below, `${dotted}.`, depth + 1)
    }
  }

  #array(node: KeyNode | undefined, dotted: string, values: readonly JsonValue[]): void {
    const scalars = values.filter((value) => value !== null)
    if (scalars.every(isScalar)) this.#put(node, dotted, scalars)
    else this.#restOfRow.push([dotted, [...values]])
  }

  #put(node: KeyNode | undefined, dotted: string, value: Scalar | readonly Scalar[]): void {
    if (node !== undefined && this.#columns.set(node.columns, this.#row, value)) return
    this.#restOfRow.push([dotted, isScalar(value) ? value : [...value]])
  }

  #nodeOfLeaf(leaf: LeafPlace): KeyNode | undefined {
    leaf.node ??= this.#nodeOf(leaf.object.nodes, leaf.key, leaf.object.path)
    return leaf.node
  }

  /** Undefined for a new key where there are too many already, or the key is too long. */
  #nodeOf(nodes: Map<string, KeyNode>, key: string, path: string): KeyNode | undefined {
    const known = nodes.get(key)
    if (known !== undefined) return known
    const dotted = path + key
    // Inner nodes have no column of their own, so keys are allowed a little more than columns.
    if (dotted.length > MAX_KEY_LENGTH || this.#columns.keys >= 2 * MAX_COLUMNS) return undefined
    const node = { path: dotted, columns: this.#columns.key(dotted), below: new Map<string, KeyNode>() }
    nodes.set(key, node)
    return node
  }
}
