/** Why a file cannot be sent from here, in words that go on after its name. */
export class UnreadableFile extends Error {}

/** The bytes of a file, unpacked where it is gzip. Throws UnreadableFile for what is no text. */
export async function* readFile(file: Blob, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const start = new Uint8Array(await file.slice(0, PEEK_BYTES).arrayBuffer())
  const packed = start[0] === 0x1f && start[1] === 0x8b
  if (!packed) checkText(start)
  const counted = file.stream().pipeThrough(counting(onRead))
  const reader = (packed ? counted.pipeThrough(new DecompressionStream('gzip')) : counted).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch (error) {
    if (!packed) throw error
    throw new UnreadableFile('is cut off or damaged; what could be unpacked was sent', { cause: error })
  } finally {
    await reader.cancel().catch(() => {})
  }
}

const PEEK_BYTES = 4_096

function checkText(start: Uint8Array): void {
  const isZstd = start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd
  if (isZstd) throw new UnreadableFile('is zstd, which a browser cannot unpack: use npx heartwood send')
  const isUtf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)
  if (!isUtf16 && start.includes(0)) throw new UnreadableFile('is no text file')
}

function counting(
  onRead: (bytes: number) => void,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform(chunk, controller) {
      onRead(chunk.byteLength)
      controller.enqueue(chunk)
    },
  })
}
