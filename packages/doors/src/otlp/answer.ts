import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Accepted } from '../accepted.ts'

/** In what an answer is encoded: in what the request was. */
export type OtlpMediaType = 'application/json' | 'application/x-protobuf'

/** What a client understands that says it sends this media type; JSON only where it says so. */
export function otlpMediaType(contentType: string | undefined): OtlpMediaType {
  return /^\s*application\/json\b/i.test(contentType ?? '') ? 'application/json' : 'application/x-protobuf'
}

/** `ExportLogsServiceResponse`: empty where everything was taken, else how much was not, which must not be sent again. */
export function otlpAnswer({ refused }: Accepted, type: OtlpMediaType): Uint8Array {
  const [first] = refused
  if (first === undefined) return type === 'application/json' ? Buffer.from('{}') : new Uint8Array()
  const errorMessage = `log record ${first.index}: ${first.reason}`
  if (type === 'application/json')
    return json({ partialSuccess: { rejectedLogRecords: String(refused.length), errorMessage } })
  const partial = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int64(BigInt(refused.length))
    .tag(2, WireType.LengthDelimited)
    .string(errorMessage)
    .finish()
  return new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(partial).finish()
}

/** `google.rpc.Status`, the body of every error. */
export function otlpError(status: number, message: string, type: OtlpMediaType): Uint8Array {
  const code = rpcCode(status)
  if (type === 'application/json') return json({ code, message })
  return new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(code)
    .tag(2, WireType.LengthDelimited)
    .string(message)
    .finish()
}

/** The code of google.rpc.Code for a status of HTTP, as https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto maps them. */
function rpcCode(status: number): number {
  switch (status) {
    case 400:
      return 3
    case 401:
      return 16
    case 403:
      return 7
    case 404:
      return 5
    case 405:
      return 12
    case 413:
    case 429:
      return 8
    case 503:
    case 507:
      return 14
    default:
      return status < 500 ? 3 : 13
  }
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}
