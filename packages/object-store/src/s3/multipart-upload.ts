import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { PutOptions } from '../port.ts'
import type { S3Calls } from './s3-calls.ts'

/** Larger files go in parts of this size, one held in memory at a time; each is tried again by itself. */
export const PART_BYTES = 16 * 1024 * 1024
const MAX_PARTS = 10_000

export interface UploadTarget {
  readonly Bucket: string
  readonly Key: string
}

interface UploadedPart {
  readonly PartNumber: number
  readonly ETag: string | undefined
}

/** Stores a file in parts. Where it fails its parts are given up; nobody ever sees some of them as an object. */
export async function uploadInParts(
  calls: S3Calls,
  target: UploadTarget,
  path: string,
  { exclusive, signal }: PutOptions,
): Promise<void> {
  await using file = await open(path, constants.O_RDONLY)
  const { size } = await file.stat()
  const { UploadId } = await calls.make(target.Key, signal, (abortSignal) =>
    calls.client.send(new CreateMultipartUploadCommand(target), { abortSignal }),
  )
  if (UploadId === undefined) throw new Error(`${target.Key}: S3 began an upload without a name`)
  const upload = { ...target, UploadId }
  try {
    const Parts = await uploadParts(calls, upload, file, size, signal)
    await calls.make(
      target.Key,
      signal,
      (abortSignal) =>
        calls.client.send(
          new CompleteMultipartUploadCommand({
            ...upload,
            MultipartUpload: { Parts },
            ...(exclusive && { IfNoneMatch: '*' }),
          }),
          { abortSignal },
        ),
      exclusive,
    )
  } catch (error) {
    await calls
      .make(target.Key, undefined, (abortSignal) =>
        calls.client.send(new AbortMultipartUploadCommand(upload), { abortSignal }),
      )
      .catch(() => undefined)
    throw error
  }
}

async function uploadParts(
  calls: S3Calls,
  upload: UploadTarget & { readonly UploadId: string },
  file: FileHandle,
  size: number,
  signal: AbortSignal | undefined,
): Promise<UploadedPart[]> {
  const partBytes = Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS))
  const parts: UploadedPart[] = []
  for (let offset = 0; offset < size; offset += partBytes) {
    const Body = await readPart(file, offset, Math.min(partBytes, size - offset))
    const PartNumber = parts.length + 1
    const { ETag } = await calls.make(upload.Key, signal, (abortSignal) =>
      calls.client.send(new UploadPartCommand({ ...upload, PartNumber, Body }), { abortSignal }),
    )
    parts.push({ PartNumber, ETag })
  }
  return parts
}

async function readPart(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled)
    if (bytesRead === 0) throw new Error('the file became shorter while it was uploaded')
    filled += bytesRead
  }
  return bytes
}
