/** What a click within a row does; the list hears all of them in one place. */
export const ROW_ACTIONS = ['select', 'expand'] as const
export type RowAction = (typeof ROW_ACTIONS)[number] | 'open'

/** The row and the action of a click on something inside it; undefined for a click on neither. */
export function clickedRow(target: EventTarget | null): { row: number; action: RowAction } | undefined {
  if (!(target instanceof Element)) return undefined
  const row = Number(target.closest('[data-row]')?.getAttribute('data-row') ?? Number.NaN)
  if (Number.isNaN(row)) return undefined
  if (target.closest('[data-expanded]') !== null) return undefined
  const named = target.closest('[data-action]')?.getAttribute('data-action')
  return { row, action: ROW_ACTIONS.find((action) => action === named) ?? 'open' }
}
