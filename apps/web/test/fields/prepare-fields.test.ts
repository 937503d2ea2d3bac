import type { ComparedValue } from '@heartwood/api'
import { describe, expect, test } from 'vitest'
import { numberText, prepareFields, shareText } from '../../src/features/search/fields/prepare-fields.ts'
import { changeSign, sortServices } from '../../src/features/search/fields/services/sort-services.ts'

const field = (name: string, events: number, types = ['string']) => ({ name, types, events })

describe('the fields of the panel', () => {
  const fields = [
    field('id', 100),
    field('level', 100),
    field('message', 100),
    field('order.id', 20, ['number', 'string']),
    field('source', 100),
    field('user.id', 90),
  ]

  test('pinned ones stand first in their order, then those of the event, then the commonest', () => {
    const names = (pins: string[]) => prepareFields(fields, pins, '').map(({ name }) => name)
    expect(names([])).toEqual(['level', 'source', 'user.id', 'order.id'])
    expect(names(['order.id', 'source'])).toEqual(['order.id', 'source', 'level', 'user.id'])
  })

  test('a search looks into their names in any case', () => {
    expect(prepareFields(fields, [], ' ID').map(({ name, numeric }) => [name, numeric])).toEqual([
      ['user.id', false],
      ['order.id', true],
    ])
  })

  test('a field is found by the other names it has', () => {
    const names = (lookedFor: string) => prepareFields(fields, [], lookedFor).map(({ name }) => name)
    expect(names('log.level')).toEqual(['level'])
    expect(names('Severity_Text')).toEqual(['level'])
    expect(names('no.such.name')).toEqual([])
  })

  test('shares and numbers are short, and never say none or all where there is some or one missing', () => {
    expect([
      shareText(1, 3),
      shareText(1, 1e6),
      shareText(999_999, 1e6),
      shareText(5, 5),
      shareText(0, 5),
    ]).toEqual(['33%', '<0.1%', '>99.9%', '100%', '0%'])
    expect([numberText(1.23456), numberText(1234.5), numberText(3e15), numberText(0)]).toEqual([
      '1.235',
      '1,235',
      '3.00e+15',
      '0',
    ])
  })
})

describe('the services', () => {
  const service = (value: string, given: Partial<ComparedValue>): ComparedValue => ({
    value,
    count: 100,
    errors: 0,
    previous_count: 100,
    previous_errors: 0,
    change: 'steady',
    score: 0,
    ...given,
  })

  test('are ordered as asked, and as they came where the worst stands first', () => {
    const all = [
      service('worse', { errors: 9, change: 'errors_up' }),
      service('busy', { count: 500 }),
      service('bad', { errors: 50 }),
    ]
    const names = (order: 'worst' | 'errors' | 'events') => sortServices(all, order).map(({ value }) => value)
    expect(names('worst')).toEqual(['worse', 'busy', 'bad'])
    expect(names('errors')).toEqual(['bad', 'worse', 'busy'])
    expect(names('events')).toEqual(['busy', 'bad', 'worse'])
  })

  test('say a change in one sign and one sentence, and nothing where there is none', () => {
    expect(changeSign(service('a', {}))).toBeUndefined()
    expect(changeSign(service('a', { errors: 1200, change: 'errors_up' }))).toEqual({
      text: '▲ 1,200',
      about: '1,200 errors, after 0 in the time before',
      tone: 'bad',
    })
    expect(changeSign(service('a', { errors: 84, previous_errors: 10, change: 'errors_up' }))?.text).toBe(
      '▲ ×8.4',
    )
    expect(changeSign(service('a', { change: 'new' }))?.tone).toBe('notable')
    expect(changeSign(service('a', { count: 0, change: 'gone' }))?.about).toBe('No logs any more, after 100')
  })
})
