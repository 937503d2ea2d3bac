import { prepareBodies } from './body.ts'
import { addFacts, noFacts } from './facts.ts'
import { seededRandom } from './random.ts'
import { Sender } from './sender.ts'
import { Command, type Reply } from './workload.ts'

/** The load generator: a process of its own, driven over IPC, ending with its parent. */
let sender: Sender | undefined
const reply = (message: Reply) => process.send?.(message)

process.on('disconnect', () => process.exit(0))
process.on('message', async (message) => {
  const command = Command.parse(message)
  if (command.do === 'prepare') {
    const bodies = prepareBodies(command.workload)
    sender = new Sender(bodies, command.workload, seededRandom(Date.now()))
    const all = noFacts()
    for (const { facts } of bodies) addFacts(all, facts)
    reply({ is: 'prepared', bytesPerEvent: all.bytes / all.events })
  } else if (sender === undefined) throw new Error('nothing is prepared')
  else if (command.do === 'indexed') sender.indexed = command.events
  else reply({ is: 'report', report: await sender.run(command.pace) })
})
