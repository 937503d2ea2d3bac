import { openKnownSegments, verifySegments } from '@heartwood/log-store/cold'
import { openArchive } from '../command/open-archive.ts'
import { type CommandRun, runCommand } from '../command/run-command.ts'
import { verifyArguments } from './verify-arguments.ts'
import { faultLine, interruptedLine, progressLine, summaryLines } from './verify-lines.ts'

/** `heartwood cold verify`: holds every object of an archive against its manifest. Ends with 1 where one is not right. */
/** The day it is at. */
let at: string | undefined

await runCommand(() => interruptedLine(at), verify)

async function verify({ signal, closing, progress }: CommandRun): Promise<void> {
  const print = (line: string) => {
    progress.clear()
    process.stdout.write(`${line}\n`)
  }
  const { from, to, quick, json } = verifyArguments(process.argv.slice(2))
  const archive = await openArchive(process.env, 'heartwood cold verify looks through an archive')
  const { objects, name } = closing.use(archive)
  progress.tell(`reading what ${name} has`)
  const known = await openKnownSegments(objects, name, signal)
  if (known === undefined)
    throw new Error(`${name} has no archive of Heartwood, or nothing was moved there yet`)
  const verified = await verifySegments({
    ...{ objects, read: known, quick, signal },
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    onFault: (fault) => print(json ? JSON.stringify(fault) : faultLine(fault)),
    onProgress(looked) {
      at = looked.day
      progress.tell(progressLine(looked))
    },
  })
  const { faults, ...sum } = verified
  if (json) print(JSON.stringify({ ...sum, faults: faults.length }))
  else summaryLines(verified, quick).forEach(print)
  if (faults.length > 0) process.exitCode = 1
}
