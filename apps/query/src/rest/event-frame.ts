/** One server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function eventFrame(event: string, data: string): string {
  return `event: ${event}\n${data
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`
}
