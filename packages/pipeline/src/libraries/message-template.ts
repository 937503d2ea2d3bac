import {
  type AttributeValue,
  type ColumnSet,
  type EventBatch,
  exactJson,
  perValue,
  withText,
} from '@heartwood/event'
import { anyValueAt, isPresent } from '../merge-columns.ts'
import type { Step } from '../step.ts'
import { TextFill } from '../text-fill.ts'

/**
 * Renders the message templates of Serilog (messagetemplates.org) with the values that the event has beside them, where nobody
 * rendered them: `{"@mt":"{User} paid","User":"ada"}` says "ada paid". The template stays an attribute: all events of a
 * kind have the same.
 */
export const messageTemplate: Step = {
  name: 'message_template',
  run: (batch) => ({ batch: TEMPLATES.reduce(rendered, batch) }),
}

interface Template {
  readonly key: string
  /** Where the rendered message is, if the sender rendered it. */
  readonly message: string
  /** What stands before the names of the values. */
  readonly prefix: string
  /** Where values are as their formats have them, in the order of the holes that have a format. */
  readonly renderings: string | undefined
}

const TEMPLATES: readonly Template[] = [
  { key: '@mt', message: '@m', prefix: '', renderings: '@r' },
  { key: 'MessageTemplate', message: 'RenderedMessage', prefix: 'Properties.', renderings: undefined },
]

function rendered(batch: EventBatch, template: Template): EventBatch {
  const { attributes, length } = batch
  const column = attributes.get(template.key)?.string
  if (column === undefined) return batch
  const parts = perValue(column.values, partsOf)
  const given = attributes.get(template.message)
  const fill = new TextFill(batch.text.get('message'), length)
  for (let row = 0; row < length; row++) {
    const found = parts[column.codes[row] ?? 0]
    if (found === undefined || fill.has(row) || (given !== undefined && isPresent(given, row))) continue
    fill.set(row, fill.code(render(found, attributes, row, template)))
  }
  return fill.changed ? withText(batch, { message: fill.finish() }) : batch
}

interface Hole {
  /** As it is written, which is what a hole without a value stays. */
  readonly text: string
  readonly name: string
  readonly isFormatted: boolean
}
type Part = string | Hole

const PART = /\{\{|\}\}|\{[@$]?(\w{1,128})(?:,-?\d{1,4})?(:[^{}]{0,64})?\}/g

function partsOf(template: string): readonly Part[] {
  const parts: Part[] = []
  let at = 0
  for (const match of template.matchAll(PART)) {
    const [text, name, format] = match
    parts.push(template.slice(at, match.index))
    parts.push(name === undefined ? text.slice(1) : { text, name, isFormatted: format !== undefined })
    at = match.index + text.length
  }
  return [...parts, template.slice(at)]
}

function render(
  parts: readonly Part[],
  attributes: ColumnSet,
  row: number,
  { prefix, renderings }: Template,
): string {
  const given = renderings === undefined ? undefined : anyValueAt(attributes.get(renderings), row)
  const formatted = Array.isArray(given) ? given.values() : undefined
  return parts
    .map((part) => {
      if (typeof part === 'string') return part
      const asFormatted = part.isFormatted ? formatted?.next().value : undefined
      return textOf(asFormatted ?? anyValueAt(attributes.get(prefix + part.name), row)) ?? part.text
    })
    .join('')
}

function textOf(value: AttributeValue | undefined): string | undefined {
  if (value === undefined) return undefined
  return Array.isArray(value) ? exactJson(value) : String(value)
}
