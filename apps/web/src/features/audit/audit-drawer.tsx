'use client'

import type { LogJson } from '@heartwood/api'
import { exactJson } from '@heartwood/event'
import { useQuery } from '@tanstack/react-query'
import { apiErrorOf } from '../../api/api-error.ts'
import { useTRPC } from '../../api/api-provider.tsx'
import { TEST_IDS } from '../../test-ids.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { LogText } from '../search/log-list/log-text.tsx'
import { rowTime, utcTitle } from '../search/log-list/log-time.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'
import { prepareFacts } from './prepare-audit.ts'

/** One audit event in full, at the side. @param known where it is in the list already */
export function AuditDrawer({
  id,
  known,
  onClose,
}: {
  id: string | null
  known: LogJson | undefined
  onClose(): void
}) {
  const trpc = useTRPC()
  const asked = useQuery(
    trpc.log.queryOptions(
      { id: id ?? '', dataset: 'audit' },
      { enabled: id !== null && known === undefined, retry: false, gcTime: 0 },
    ),
  )
  const log = known ?? asked.data
  return (
    <Sheet
      title="Audit event"
      open={id !== null}
      testId={TEST_IDS.auditDrawer}
      width="w-[40rem]"
      onOpenChange={(open) => !open && onClose()}
    >
      {log === undefined && asked.isError && <p className="text-dim">{apiErrorOf(asked.error).message}</p>}
      {log !== undefined && <Facts log={log} />}
    </Sheet>
  )
}

function Facts({ log }: { log: LogJson }) {
  const { zone } = useTimeZone()
  return (
    <>
      <p className={`text-[14px] font-medium break-words ${log.level === 'info' ? '' : 'text-warn'}`}>
        <LogText text={log.message} />
      </p>
      <div className="mt-1 flex items-center gap-2 text-dim">
        <time dateTime={log['@timestamp']} title={utcTitle(log['@timestamp'])} className="tabular-nums">
          {rowTime(log['@timestamp'], 'day', zone)}
        </time>
        <CopyButton text={exactJson(log)} label="Copy as JSON" small />
      </div>
      <dl className="mt-2 divide-y divide-line border-y border-line">
        {prepareFacts(log).map(([name, value]) => (
          <div key={name} className="grid gap-x-4 py-1 sm:grid-cols-[15rem_1fr]">
            <dt className="font-mono text-[12px] break-all text-dim">{name}</dt>
            <dd className="min-w-0 font-mono text-[12px] break-all whitespace-pre-wrap">
              <LogText text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
