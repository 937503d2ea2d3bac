import { parseArgs } from 'node:util'
import { figuresOf } from './figures.ts'
import { logFiles } from './log-files.ts'
import { tableOf } from './table.ts'

/**
 * How much of a folder of logs is understood: every file goes through the real doors and the real pipeline.
 *   npm run formats -- --data DIR                   a row a file: lines, events, and the share with time, level, message
 *   npm run formats -- --data DIR --at-least 0.98   exits with 1 where less of the truth beside the files is right
 *   npm run formats -- --data DIR --show 3          also prints so many events of each file, to be looked at
 * The truth is `x.log_structured.csv` beside `x.log`, as the Loghub collection has it.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    'at-least': { type: 'string' },
    show: { type: 'string', default: '0' },
  },
})
if (values.data === undefined) {
  console.error('Name a folder of log files: npm run formats -- --data DIR')
  process.exit(2)
}
const atLeast = values['at-least'] === undefined ? undefined : Number(values['at-least'])
const figures = []
for (const file of logFiles(values.data)) figures.push(await figuresOf(file, Number(values.show)))
console.log(tableOf(figures))
for (const { file, shown } of figures) for (const event of shown) console.log(`\n${file}\n${event}`)

if (figures.length === 0) {
  console.error(`There are no log files in ${values.data}.`)
  process.exitCode = 1
}
if (atLeast !== undefined) {
  const short = figures.filter(({ rightTime, rightLevel }) =>
    [rightTime, rightLevel].some((share) => share !== undefined && share < atLeast),
  )
  for (const { file } of short) console.error(`${file}: less than ${atLeast} of the truth is right`)
  if (short.length > 0) process.exitCode = 1
}
