import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatExamples } from '../src/formats/lines/examples.ts'
import { uncoloured } from '../src/uncoloured.ts'
import { text } from './events.ts'

const RED = '\u001b[31m'
const BOLD = '\u001b[1;38:5:208m'
const RESET = '\u001b[0m'

test('a line in colours says what it says without them, and keeps them in raw and message', () => {
  const line = `${RED}2024-05-01 10:11:12,123 ERROR [main] com.shop.Cart: no ${BOLD}stock${RESET}`
  const event = text(line)
  expect(event).toMatchObject({
    timestamp: 1_714_558_272_123_000_000n,
    level: 'error',
    message: `no ${BOLD}stock${RESET}`,
    raw: line,
    attributes: { 'thread.name': 'main', 'log.logger': 'com.shop.Cart' },
  })
})

test('time and level are read through the colours of a line that is of no format', () => {
  expect(text(`2024-05-01T10:11:12Z ${RED}WARN${RESET} ~~ pump ${BOLD}3${RESET} is slow`)).toMatchObject({
    timestamp: 1_714_558_272_000_000_000n,
    level: 'warn',
  })
})

const LINES = formatExamples().flatMap(({ examples }) => examples.map(({ line }) => line))

test('colours anywhere in a line of any format do no harm: it is kept, and its message is a piece of it', () => {
  const colour = fc.constantFrom(RED, BOLD, RESET, '\u001b[', '\u001b')
  fc.assert(
    fc.property(
      fc.constantFrom(...LINES),
      fc.array(fc.tuple(fc.nat(80), colour), { maxLength: 4 }),
      (line, colours) => {
        const coloured = colours.reduce((sum, [at, one]) => sum.slice(0, at) + one + sum.slice(at), line)
        const event = text(coloured)
        expect(event.raw ?? event.message).toBe(coloured)
        expect(coloured).toContain(event.message)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('a place in the text without colours is the same place in the text as it was sent', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', maxLength: 5 }),
    fc.constantFrom(RED, BOLD, RESET),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const sent = pieces.join('')
      const plain = uncoloured(sent)
      if (plain === undefined) return
      for (let at = 0; at < plain.text.length; at++) {
        const rest = uncoloured(sent.slice(plain.sentAt(at)))?.text ?? sent.slice(plain.sentAt(at))
        expect(rest).toBe(plain.text.slice(at))
      }
    }),
  )
})
