import { type DeadLetter, nanosFromIso } from '@heartwood/event'
import { documentId } from '../names.ts'
import { type Operation, removeOperation, replaceOperation } from './operations.ts'

/** Stores a letter in place of one with its id. @param written greater than that of every letter before */
export function letterOperation(index: string, letter: DeadLetter, written: number): Operation {
  const at = nanosFromIso(letter.at)
  return replaceOperation(index, letter.id, {
    written,
    ...(at !== undefined && { at: String(at) }),
    id: letter.id,
    door: letter.door,
    step: letter.step,
    batch_id: letter.batch_id,
    bytes: (letter.original?.body.length ?? 0) + letter.sample.length + letter.reason.length,
    letter,
  })
}

export function removeLetterOperation(index: string, id: string): Operation {
  return removeOperation(index, documentId(id))
}
