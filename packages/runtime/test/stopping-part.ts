import { pino } from 'pino'
import { stopper } from '../src/stop.ts'

/** A process with one part that ends, or never does: for stop.test.ts. */
const log = pino(pino.destination({ sync: true }))
const stopping = stopper(log, process.argv[2] === 'ends' ? 60 : 0.5)
stopping.add('the part', async () => {
  if (process.argv[2] === 'never ends') await new Promise(() => {})
  log.info('the part has ended')
})
process.send?.('there')
