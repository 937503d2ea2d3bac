import { promisify } from 'node:util'
import {
  constants,
  gunzip,
  gzip,
  type ZlibOptions,
  type ZstdOptions,
  zstdCompress,
  zstdDecompress,
} from 'node:zlib'
import kafkajs from 'kafkajs'
import { compressFrame, decompressFrame } from 'lz4-napi'
import { compress, uncompress } from 'snappy'

/** A batch never becomes larger than this; what claims to is refused before it takes the memory. */
const MAX_INFLATED_BYTES = 1 << 30
/** Three times as fast as the default, for a tenth more bytes. */
const FAST = { [constants.ZSTD_c_compressionLevel]: 1 }
/** Logs become five to eight times as large. */
const EXPECTED_RATIO = 8
const LEAST_CHUNK = 16 << 10
const LARGEST_CHUNK = 4 << 20

/**
 * Java producers put Snappy into the frame of the snappy-java library: this mark and two versions, then blocks of a
 * length (big endian) and as many bytes of Snappy. librdkafka writes bare Snappy.
 */
const SNAPPY_JAVA = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const SNAPPY_JAVA_START = 16

/** What kafkajs hands a codec to compress. */
interface Encoded {
  readonly buffer: Buffer
}

/** Teaches kafkajs, which knows gzip alone, every codec that Kafka has. */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs
  const codecs = {
    [CompressionTypes.GZIP]: codec(promisify(gzip), (bytes) => promisify(gunzip)(bytes, inflating(bytes))),
    [CompressionTypes.Snappy]: codec(compress, inflateSnappy),
    [CompressionTypes.LZ4]: codec(compressFrame, decompressFrame),
    [CompressionTypes.ZSTD]: codec(
      (bytes) => promisify(zstdCompress)(bytes, { params: FAST, chunkSize: chunkFor(bytes.length / 2) }),
      (bytes) => promisify(zstdDecompress)(bytes, inflating(bytes)),
    ),
  }
  Object.assign(CompressionCodecs, codecs)
}

function codec(deflate: (bytes: Buffer) => Promise<Buffer>, inflate: (bytes: Buffer) => Promise<Buffer>) {
  return () => ({ compress: (encoded: Encoded) => deflate(encoded.buffer), decompress: inflate })
}

function inflating({ length }: Buffer): ZlibOptions & ZstdOptions {
  return { maxOutputLength: MAX_INFLATED_BYTES, chunkSize: chunkFor(length * EXPECTED_RATIO) }
}

/** Bytes that zlib makes at once: each time costs a turn in its threads, by default for every 16 KiB. */
function chunkFor(bytes: number): number {
  return Math.ceil(Math.min(LARGEST_CHUNK, Math.max(LEAST_CHUNK, bytes)))
}

async function inflateSnappy(bytes: Buffer): Promise<Buffer> {
  if (!bytes.subarray(0, SNAPPY_JAVA.length).equals(SNAPPY_JAVA)) return asBuffer(await uncompress(bytes))
  const blocks: Buffer[] = []
  for (let offset = SNAPPY_JAVA_START; offset < bytes.length; ) {
    const length = bytes.readUInt32BE(offset)
    blocks.push(asBuffer(await uncompress(bytes.subarray(offset + 4, offset + 4 + length))))
    offset += 4 + length
  }
  return Buffer.concat(blocks)
}

function asBuffer(inflated: string | Buffer): Buffer {
  return typeof inflated === 'string' ? Buffer.from(inflated) : inflated
}
