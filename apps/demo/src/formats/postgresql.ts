import type { StatementEntry } from '../shop/entry.ts'

/** PostgreSQL with `%m [%p] %u@%d`; what belongs to a message follows it line by line. */
export function postgresql({
  at,
  pid,
  session,
  severity,
  message,
  detail,
  statement,
}: StatementEntry): string {
  const time = new Date(at).toISOString().slice(0, 23).replace('T', ' ')
  const head = `${time} UTC [${pid}]${session === undefined ? '' : ` ${session}`}`
  return [
    `${head} ${severity}:  ${message}`,
    ...(detail === undefined ? [] : [`${head} DETAIL:  ${detail}`]),
    ...(statement === undefined ? [] : [`${head} STATEMENT:  ${statement}`]),
  ].join('\n')
}
