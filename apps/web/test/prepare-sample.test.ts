import { expect, test } from 'vitest'
import { prepareSample } from '../src/features/dead-letters/prepare-sample.ts'

const base64 = (bytes: readonly number[]) => Buffer.from(bytes).toString('base64')

test('text stays text, also with a control character or a repaired byte here and there', () => {
  const text = 'a long enough line with one bell \u0007 and one repaired \ufffd byte'
  expect(prepareSample(text, base64([1, 2, 3]))).toEqual({ kind: 'text', text })
})

test('what was never text is shown as the bytes that came in', () => {
  const bytes = [0x1f, 0x8b, 0x08, 0x00, 0x41, 0xff, ...Array<number>(600).fill(0x80)]
  const sample = prepareSample(Buffer.from(bytes).toString('utf8'), base64(bytes))
  expect(sample.kind === 'hex' && sample.lines[0]).toBe(
    '00000000  1f 8b 08 00 41 ff 80 80 80 80 80 80 80 80 80 80  ····A···········',
  )
  expect(sample).toMatchObject({ more: bytes.length - 512 })
})

test('without the bytes even what is no text is shown as it is', () => {
  expect(prepareSample('\ufffd\ufffd', undefined).kind).toBe('text')
})
