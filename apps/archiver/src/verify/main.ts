import { openKnownSegments, verifySegments } from '@heartwood/log-store/cold'
import { openArchive } from '../command/open-archive.ts'
import { type CommandRun, runCommand } from '../command/run-command.ts'
import { verifyArguments } from './verify-arguments.ts'
import { faultLine, progressLine, summaryLines } from './verify-lines.ts'

/** `heartwood cold verify`: holds every object of an archive against its manifest. Ends with 1 where one is not right. */
const EVERY_MILLIS = 5_000

const say = (line: string) => process.stderr.write(`${line}\n`)
const tell = (line: string) => process.stdout.write(`${line}\n`)

await runCommand('interrupted; --from goes on where it was', verify)

async function verify({ signal, closing }: CommandRun): Promise<void> {
  const { from, to, quick, json } = verifyArguments(process.argv.slice(2))
  const archive = await openArchive(process.env, 'heartwood cold verify looks through an archive')
  const { objects, name } = closing.use(archive)
  const known = await openKnownSegments(objects, name, signal)
  if (known === undefined)
    throw new Error(`${name} has no archive of Heartwood, or nothing was moved there yet`)
  let toldAt = performance.now()
  const verified = await verifySegments({
    ...{ objects, read: known, quick, signal },
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    onFault: (fault) => tell(json ? JSON.stringify(fault) : faultLine(fault)),
    onProgress(progress) {
      const time = performance.now()
      if (time - toldAt < EVERY_MILLIS) return
      toldAt = time
      say(progressLine(progress))
    },
  })
  const { faults, ...sum } = verified
  if (json) tell(JSON.stringify({ ...sum, faults: faults.length }))
  else summaryLines(verified, quick).forEach(tell)
  if (faults.length > 0) process.exitCode = 1
}
