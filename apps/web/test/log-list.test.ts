import { parse } from '@heartwood/query-lang'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sgrRuns } from '../src/features/search/log-list/ansi.ts'
import {
  columnOf,
  gridTemplate,
  isSameField,
  withAdded,
  withMoved,
  withoutColumn,
  withToggled,
} from '../src/features/search/log-list/columns/column-model.ts'
import { fieldText } from '../src/features/search/log-list/columns/field-text.ts'
import { COPY_FORMATS, copiedText } from '../src/features/search/log-list/copying/copy-formats.ts'
import { textBlocks } from '../src/features/search/log-list/expanded/text-blocks.ts'
import { findRanges, rowsWith, withFound } from '../src/features/search/log-list/find-in-rows.ts'
import { highlighters } from '../src/features/search/log-list/highlight.ts'
import {
  NOTHING_SELECTED,
  selectedLogs,
  toggled,
  withRange,
} from '../src/features/search/log-list/row-selection.ts'
import { visiblePieces } from '../src/features/search/log-list/visible-text.ts'
import { searchHref, searchOfUrl } from '../src/features/search/search-url.ts'
import { logOf } from './stored-logs.ts'

const AT = 1_772_000_000_000_000_000n
const logs = Array.from({ length: 9 }, (_, i) =>
  logOf(`e${i}`, AT - BigInt(i) * 1_500n, {
    message: `line ${i}`,
    attributes: { seq: i, 'http.status': 200 },
  }),
)

describe('columns', () => {
  const names = fc.uniqueArray(
    fc
      .string({ minLength: 1 })
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    {
      minLength: 1,
      maxLength: 8,
    },
  )

  test('whatever fields are called, the URL gives back the columns it was given', () => {
    fc.assert(
      fc.property(names, (columns) => {
        expect(searchOfUrl(searchHref({ columns })).columns).toEqual(columns)
      }),
    )
  })

  test('a field is added once under whichever of its names, and goes by any of them', () => {
    const shown = ['time', 'http.status', 'msg']
    expect(withToggled(shown, 'service')).toEqual(['time', 'http.status', 'service', 'msg'])
    expect(withToggled(shown, 'message')).toEqual(['time', 'http.status'])
    expect(withToggled(shown, 'http.response.status_code')).toEqual(['time', 'msg'])
    fc.assert(
      fc.property(names, fc.string({ minLength: 1 }), (columns, field) => {
        const other = columns.some((each) => isSameField(each, field))
        if (!other) expect(withToggled(withToggled(columns, field), field)).toEqual(columns)
      }),
    )
  })

  test('moving keeps every column once, adding adds at most one, and one is always left', () => {
    fc.assert(
      fc.property(names, fc.nat(), fc.integer({ min: -3, max: 12 }), (columns, seed, to) => {
        const field = columns[seed % columns.length] ?? ''
        const moved = withMoved(columns, field, to)
        expect(moved.toSorted()).toEqual(columns.toSorted())
        expect(moved.indexOf(field)).toBe(Math.max(0, Math.min(columns.length - 1, to)))
        expect(withAdded(columns, field)).toEqual(columns)
        expect(withAdded(columns, `${columns.join('')}.`)).toHaveLength(columns.length + 1)
        expect(withoutColumn(columns, field).length).toBe(Math.max(1, columns.length - 1))
      }),
    )
  })

  test('the column of the time is as wide as its times are long, others are as wide as ever', () => {
    const widths = (field: string) =>
      (['clock', 'day', 'year'] as const).map((detail) => columnOf(field, detail).width)
    const [clock = 0, day = 0, year = 0] = widths('time')
    expect([clock < day, day < year]).toEqual([true, true])
    expect(new Set(widths('service')).size).toBe(1)
  })

  test('a new column stands before the message that takes the rest', () => {
    expect(withAdded(['time', 'message'], 'pod')).toEqual(['time', 'pod', 'message'])
    expect(withAdded(['message', 'time'], 'pod')).toEqual(['message', 'time', 'pod'])
    expect(gridTemplate([100, 50])).toBe('100px minmax(50px, 1fr)')
    expect(['time', 'msg', 'log.level', 'http.status'].map((field) => columnOf(field).kind)).toEqual([
      'time',
      'message',
      'level',
      'field',
    ])
  })

  test('values of any kind and by any of their names are text, integers with all digits', () => {
    const log = logOf('e', AT, {
      service: 'cart',
      attributes: { big: 12345678901234567890n, tags: ['a', 'b'], ok: false },
      resource: { 'cloud.region': 'eu' },
      rest: { items: [{ id: 1n }] },
    })
    const texts = [
      'service.name',
      'big',
      'attributes.tags',
      'ok',
      'resource.cloud.region',
      'items',
      'nothing',
    ]
    expect(texts.map((field) => fieldText(log, field))).toEqual([
      'cart',
      '12345678901234567890',
      'a, b',
      'false',
      'eu',
      '{"id":"1"}',
      '',
    ])
  })
})

describe('marks', () => {
  const marked = (query: string, field: string, text: string) =>
    highlighters(parse(query).query)(field)(text).map(({ start, end }) => text.slice(start, end))

  test.each([
    ['service:checkout', 'service', 'checkout', ['checkout']],
    ['service:check*', 'service.name', 'checkout', ['checkout']],
    ['service:checkout', 'message', 'checkout', []],
    ['timeout', 'error.message', 'a timeout', ['timeout']],
    ['checkout', 'service', 'checkout', []],
    ['-service:checkout', 'service', 'checkout', []],
  ])('%s marks in %s what it looked for there', (query, field, text, expected) => {
    expect(marked(query, field, text)).toEqual(expected)
  })

  test('a find within the rows lies over the marks of the query; all rise and none overlap', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' ') })
    fc.assert(
      fc.property(letters, letters, (text, sought) => {
        const hits = highlighters(parse('*a*').query)('message')(text)
        const found = findRanges(text, sought)
        const all = withFound(hits, found)
        let end = 0
        for (const range of all) {
          expect(range.start).toBeGreaterThanOrEqual(end)
          end = range.end
        }
        expect(all.filter((range) => range.found === true)).toEqual(found)
        const covered = (at: number) => all.some((range) => range.start <= at && at < range.end)
        for (const hit of hits) for (let at = hit.start; at < hit.end; at += 1) expect(covered(at)).toBe(true)
      }),
    )
  })

  test('finding looks into the columns that are shown, any case', () => {
    expect(rowsWith(logs, 'LINE 3', ['message']).map(({ id }) => id)).toEqual(['e3'])
    expect(rowsWith(logs, '3', ['seq']).map(({ id }) => id)).toEqual(['e3'])
    expect(rowsWith(logs, '', ['message'])).toEqual([])
  })
})

describe('colours of a terminal', () => {
  test('are shown as colours, and every other escape stays visible', () => {
    expect(visiblePieces('a\u001b[1;31mred\u001b[0m b')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'text', text: 'red', classes: 'ansi-red font-bold' },
      { kind: 'text', text: ' b' },
    ])
    expect(visiblePieces('\u001b[2Jx')[0]).toMatchObject({ kind: 'unseen', text: 'ESC' })
  })

  test.each([
    ['38;5;196', 'ansi-red'],
    ['38;2;20;200;220', 'ansi-cyan'],
    ['48;5;21', 'ansi-on-blue'],
    ['7;32', 'ansi-on-green'],
    ['91', 'ansi-red'],
    ['4;9;3;2', 'text-faint italic underline line-through'],
  ])('%s is %s', (codes, classes) => {
    expect(sgrRuns(`\u001b[${codes}mx`)).toEqual([
      { start: 3 + codes.length, end: 4 + codes.length, classes },
    ])
  })

  test('no code of any kind takes a letter of the text away or puts a class of its own into the page', () => {
    const code = fc
      .array(fc.integer({ min: 0, max: 300 }), { maxLength: 6 })
      .map((codes) => `\u001b[${codes.join(';')}m`)
    const part = fc.oneof(code, fc.string({ unit: fc.constantFrom('a', ' ', '<', 'm', '[', '1', ';') }))
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('')
        const pieces = visiblePieces(text)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what the codes begin with
        expect(pieces.map((piece) => piece.text).join('')).toBe(text.replace(/\u001b\[[\d;:]*m/g, ''))
        for (const { classes = '' } of pieces) expect(classes).toMatch(/^[a-z -]*$/)
      }),
    )
  })
})

describe('an expanded row', () => {
  test('the blocks of a text are the text, none is long, and no character is cut', () => {
    const text = fc.array(fc.constantFrom('x'.repeat(3_000), '\n', '😀'.repeat(2_001), 'a line\n'), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(
        text.map((parts) => parts.join('')),
        (given) => {
          const blocks = textBlocks(given)
          expect(blocks.join('')).toBe(given)
          for (const block of blocks) {
            expect(block.length > 0 && block.length <= 8_000).toBe(true)
            expect(block.isWellFormed()).toBe(true)
          }
        },
      ),
    )
  })
})

describe('marked rows', () => {
  const [first, second, third, fourth] = logs

  test('a range goes from the row marked last to the one clicked, either way', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.nat(8), (from, to) => {
        const [a, b] = [logs[from], logs[to]]
        if (a === undefined || b === undefined) return
        const ids = [...withRange(toggled(NOTHING_SELECTED, a), b, logs).logs.keys()].toSorted()
        const expected = logs.slice(Math.min(from, to), Math.max(from, to) + 1).map(({ id }) => id)
        // A range of one row that is marked already changes nothing.
        expect(ids).toEqual(expected)
      }),
    )
  })

  test('they are copied in the order of the list, however they were marked and even when the list let go of them', () => {
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) return
    let marked = toggled(NOTHING_SELECTED, third)
    marked = toggled(marked, first)
    marked = toggled(marked, fourth)
    marked = toggled(marked, fourth)
    expect(selectedLogs(marked, 'newest').map(({ id }) => id)).toEqual(['e0', 'e2'])
    expect(selectedLogs(marked, 'oldest').map(({ id }) => id)).toEqual(['e2', 'e0'])
  })

  test('as text, JSON and Markdown: one row an event, and nothing in a message is read as markup', () => {
    const nasty = logOf('n', AT, {
      message: 'a|b\n<script>x</script> `c` \\|',
      attributes: { big: 12345678901234567890n },
    })
    expect(copiedText([nasty], 'text', ['level', 'pod', 'message'])).toBe(`info ${nasty.message}`)
    expect(copiedText([nasty], 'json', [])).toContain('"big":12345678901234567890')
    expect(JSON.parse(copiedText(logs, 'json', []))).toHaveLength(9)
    const table = copiedText([nasty], 'markdown', ['level', 'message']).split('\n')
    expect(table).toHaveLength(3)
    expect(table[2]).toBe('| info | a\\|b<br>&lt;script&gt;x&lt;/script&gt; \\`c\\` \\\\\\| |')
    for (const format of COPY_FORMATS) expect(copiedText(logs, format, ['message'])).toContain('line 8')
  })
})
