import { monotonicMicros, nowMicros } from '../measure/clock.ts'
import { prepareBodies } from './body.ts'
import { Command, type Reply } from './protocol.ts'
import { seededRandom } from './random.ts'
import { Sender } from './sender.ts'

/** The load generator: a process of its own, driven over IPC, ending with its parent. */
const PROGRESS_MILLIS = 50
let sender: Sender | undefined
// A bench that has died does not listen; the closed channel ends us.
const reply = (message: Reply) => process.send?.(message, undefined, undefined, () => undefined)

process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches us too: the bench decides when we end.
process.on('SIGINT', () => undefined)
process.on('message', async (message) => {
  const command = Command.parse(message)
  if (command.do === 'prepare') {
    const bodies = prepareBodies(command.workload, nowMicros())
    sender = new Sender(bodies, command.workload, seededRandom(Date.now()))
    const sum = (of: (body: (typeof bodies)[number]) => number) =>
      bodies.reduce((all, body) => all + of(body), 0)
    // What the making left behind is not collected at the cost of the run.
    globalThis.gc?.()
    reply({
      is: 'prepared',
      bytesPerEvent: sum(({ plainBytes }) => plainBytes) / sum(({ events }) => events),
    })
  } else if (sender === undefined) throw new Error('nothing is prepared')
  else if (command.do === 'indexed') sender.indexed(command.events)
  else {
    const running = sender
    const progress = () => reply({ is: 'progress', accepted: running.accepted, at: monotonicMicros() })
    const timer = setInterval(progress, PROGRESS_MILLIS)
    const report = await running.run(command.pace)
    clearInterval(timer)
    progress()
    reply({ is: 'report', report })
  }
})
