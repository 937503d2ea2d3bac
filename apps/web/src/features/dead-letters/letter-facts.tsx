import type { WholeDeadLetter } from '@heartwood/api'
import { LogText } from '../search/log-list/log-text.tsx'
import { rowTime, utcTitle } from '../search/log-list/log-time.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'

/** Why it is a letter, where it came from, and how often it was tried. */
export function LetterFacts({ letter }: { letter: WholeDeadLetter }) {
  const { original } = letter
  return (
    <>
      <p className="text-[14px] font-medium break-words text-error">
        <LogText text={letter.reason} />
      </p>
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <Fact name="Step">{letter.step}</Fact>
        <Fact name="Door">{letter.door}</Fact>
        <Fact name="Put aside">
          <Time iso={letter.at} />
        </Fact>
        {letter.received_at !== undefined && (
          <Fact name="Received">
            <Time iso={letter.received_at} />
          </Fact>
        )}
        {letter.service !== undefined && (
          <Fact name="Service">
            <LogText text={letter.service} />
          </Fact>
        )}
        {letter.batch_id !== undefined && (
          <Fact name="Batch">
            <span className="font-mono text-[12px] break-all">{letter.batch_id}</span>
            {letter.index !== undefined && <span className="text-dim">, from record {letter.index}</span>}
          </Fact>
        )}
        <Fact name="Records">{letter.records.toLocaleString('en')}</Fact>
        <Fact name="Attempts">{letter.attempts.toLocaleString('en')}</Fact>
        {original !== undefined && (
          <Fact name="Kept as">
            {original.header.framing}, {original.header.encoding},{' '}
            {original.header.bytes.toLocaleString('en')} bytes
          </Fact>
        )}
        <Fact name="Id">
          <span className="font-mono text-[12px] break-all">{letter.id}</span>
        </Fact>
      </dl>
    </>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

function Time({ iso }: { iso: string }) {
  const { zone } = useTimeZone()
  return (
    <time dateTime={iso} title={utcTitle(iso)}>
      {rowTime(iso, 'day', zone)}
    </time>
  )
}
