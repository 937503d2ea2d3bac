import { EventBatchBuilder } from '@heartwood/event'
import { fold } from '@heartwood/query-lang'
import { anyText } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planColumns } from '../src/segments/append/column-plan.ts'
import { canHoldText, decodePairs, encodePairs, joinedPairs } from '../src/segments/idx/letter-pairs.ts'
import { rowGroupTerms } from '../src/segments/idx/row-group-terms.ts'
import { FieldCatalog, TEXT_FIELD_IDS } from '../src/segments/manifest/field-catalog.ts'

/** The pairs of messages, as a file has them. */
function pairsOf(messages: readonly string[]) {
  const builder = new EventBatchBuilder()
  for (const [index, message] of messages.entries())
    builder.add({ id: `${index}`, timestamp: 0n, observed_at: 0n, message })
  const batch = builder.finish()
  const { columns } = planColumns(batch, new FieldCatalog([]))
  return decodePairs(encodePairs(rowGroupTerms(batch, columns, 0, batch.length).pairs))
}

const { message } = TEXT_FIELD_IDS

describe('the pairs of letters in a column', () => {
  const anyMessage = fc.oneof(
    anyText,
    fc.string(),
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  )

  it('never hide a value that holds a text, whatever its characters and their case', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.nat(),
        (messages, start, length) => {
          const pairs = pairsOf(messages)
          for (const text of messages) {
            if (text === '') continue
            const from = start % text.length
            const piece = text.slice(from, from + 1 + (length % text.length)).toWellFormed()
            expect(canHoldText(pairs, message, fold(piece))).toBe(true)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('rule out a text of which two letters follow each other nowhere', () => {
    const pairs = pairsOf(['GET /api/v2/orders/17', 'cache MISS'])
    for (const text of ['orders', 'miss', 'cache', 'api', 'v2', 'ers/1', '-', 'x', ''])
      expect(canHoldText(pairs, message, text), text).toBe(true)
    for (const text of ['payment', 'hit', 'ordered', '71', 'cache_miss'])
      expect(canHoldText(pairs, message, text), text).toBe(false)
  })

  it('rule nothing out of a column with a character beyond ASCII, and everything out of one without values', () => {
    const pairs = pairsOf(['Kelvin is written \u{212a}'])
    expect(canHoldText(pairs, message, 'payment')).toBe(true)
    expect(canHoldText(pairs, TEXT_FIELD_IDS.trace_id, 'payment')).toBe(false)
    expect(canHoldText(undefined, message, 'payment')).toBe(true)
  })

  it('are those of every column that has a word, however many have it', () => {
    const builder = new EventBatchBuilder()
    const attributes = { note: 'payment', other: 'payment' }
    builder.add({ id: 'payment', timestamp: 0n, observed_at: 0n, message: 'payment', attributes })
    const batch = builder.finish()
    const { columns } = planColumns(batch, new FieldCatalog([]))
    const { pairs } = rowGroupTerms(batch, columns, 0, 1)
    expect([...pairs.keys()]).toHaveLength(4)
    for (const id of pairs.keys()) expect(canHoldText(pairs, id, 'payment'), String(id)).toBe(true)
  })

  it('of several row groups are those of any of them', () => {
    const joined = joinedPairs([pairsOf(['abc']), pairsOf(['xyz'])])
    expect(['abc', 'xyz', 'bx'].map((text) => canHoldText(joined, message, text))).toEqual([
      true,
      true,
      false,
    ])
    const withOther = joinedPairs([pairsOf(['abc']), pairsOf(['é']), pairsOf(['abc'])])
    expect(canHoldText(withOther, message, 'xyz')).toBe(true)
  })
})
