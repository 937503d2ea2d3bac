import type { MessagePort } from 'node:worker_threads'
import type { BatchLedger } from '../batches/batch-ledger.ts'
import type { TailOutlet } from '../tails/tail-outlet.ts'
import { WorkerCommand, type WorkerReport } from './worker-messages.ts'

export interface CommandedParts {
  readonly tails: TailOutlet
  readonly ledger: BatchLedger
  readonly report: (report: WorkerReport) => void
  readonly stop: () => void
}

/** Does what the main thread says. */
export function obeyCommands(port: MessagePort, parts: CommandedParts): void {
  port.on('message', (message: unknown) => obey(WorkerCommand.parse(message), parts))
}

export function obey(command: WorkerCommand, { tails, ledger, report, stop }: CommandedParts): void {
  switch (command.kind) {
    case 'open-tail':
      tails.open(command)
      report({ kind: 'tail-opened', tail: command.tail })
      return
    case 'close-tail':
      tails.close(command.tail)
      return
    case 'tail-arrived':
      tails.arrived(command.tail, command.rows)
      return
    case 'find-batch':
      report({
        kind: 'batch',
        question: command.question,
        found: ledger.state(command.batchId),
      })
      return
    case 'stop':
      stop()
      return
  }
}
