import type { ComparedValue } from '@heartwood/api'

export const SERVICE_ORDERS = ['worst', 'errors', 'events'] as const
export type ServiceOrder = (typeof SERVICE_ORDERS)[number]

/** Services as they came (the worst first), or those with most errors or events first. */
export function sortServices(services: readonly ComparedValue[], order: ServiceOrder): ComparedValue[] {
  switch (order) {
    case 'worst':
      return [...services]
    case 'errors':
      return services.toSorted((a, b) => b.errors - a.errors || b.count - a.count)
    case 'events':
      return services.toSorted((a, b) => b.count - a.count || b.errors - a.errors)
  }
}

export interface ChangeSign {
  readonly text: string
  /** The whole sentence. */
  readonly about: string
  readonly tone: 'bad' | 'notable' | 'good'
}

/** What a row says of the change; undefined where there is none worth a word. */
export function changeSign(service: ComparedValue): ChangeSign | undefined {
  const { change, errors, previous_errors, previous_count } = service
  const n = (count: number) => count.toLocaleString('en')
  switch (change) {
    case 'errors_up':
      return {
        text: previous_errors === 0 ? `▲ ${n(errors)}` : `▲ ×${timesText(errors / previous_errors)}`,
        about: `${n(errors)} errors, after ${n(previous_errors)} in the time before`,
        tone: 'bad',
      }
    case 'new':
      return {
        text: 'new',
        about: 'No logs in the time before',
        tone: errors > 0 ? 'bad' : 'notable',
      }
    case 'gone':
      return { text: 'gone', about: `No logs any more, after ${n(previous_count)}`, tone: 'bad' }
    case 'errors_down':
      return {
        text: '▼',
        about: `${n(errors)} errors, after ${n(previous_errors)} in the time before`,
        tone: 'good',
      }
    case 'steady':
      return undefined
  }
}

function timesText(times: number): string {
  return times < 10 ? times.toFixed(1) : Math.round(times).toLocaleString('en')
}
