import type { LogJson } from '@heartwood/api'
import { exactJson } from '@heartwood/event'
import { fieldText } from '../columns/field-text.ts'

export const COPY_FORMATS = ['text', 'json', 'markdown'] as const
export type CopyFormat = (typeof COPY_FORMATS)[number]

/** Events as they are pasted elsewhere: lines of the columns, whole events, or a table. */
export function copiedText(logs: readonly LogJson[], format: CopyFormat, columns: readonly string[]): string {
  switch (format) {
    case 'text':
      return logs
        .map((log) =>
          columns
            .map((field) => fieldText(log, field))
            .filter(isThere)
            .join(' '),
        )
        .join('\n')
    case 'json':
      return `[\n${logs.map((log) => `  ${exactJson(log)}`).join(',\n')}\n]`
    case 'markdown':
      return markdownTable(logs, columns)
  }
}

function markdownTable(logs: readonly LogJson[], columns: readonly string[]): string {
  const rows = [
    columns.map(markdownCell),
    columns.map(() => '---'),
    ...logs.map((log) => columns.map((field) => markdownCell(fieldText(log, field)))),
  ]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Text that stays text in a cell: nothing in it is read as markup, and it stays on its line. */
function markdownCell(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>#|~!&]/g, (character) =>
      character === '&'
        ? '&amp;'
        : character === '<'
          ? '&lt;'
          : character === '>'
            ? '&gt;'
            : `\\${character}`,
    )
    .replace(/\r\n|[\r\n]/g, '<br>')
    .replace(/\t/g, ' ')
}

function isThere(text: string): boolean {
  return text !== ''
}
