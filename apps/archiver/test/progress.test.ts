import { expect, test } from 'vitest'
import { progressOn } from '../src/command/progress.ts'

const ERASE = '\r\u001b[K'

/** Standard error of a command, and a clock. */
function output(isTTY: boolean, columns = 20) {
  let text = ''
  const clock = { now: 0 }
  const stream = {
    isTTY,
    columns,
    write(more: string | Uint8Array) {
      text += String(more)
      return true
    },
  }
  return { progress: progressOn(stream, () => clock.now), clock, text: () => text }
}

test('on a terminal one line is written anew, no wider than it is, and goes when something else is said', () => {
  const { progress, clock, text } = output(true)
  progress.tell('1 of 3')
  progress.tell('2 of 3')
  clock.now = 1_000
  progress.tell('3 of 3, and more than 20 columns')
  expect(text()).toBe(`${ERASE}1 of 3${ERASE}3 of 3, and more th`)
  progress.say('done')
  progress.tell('the next')
  progress.clear()
  progress.clear()
  expect(text()).toBe(`${ERASE}1 of 3${ERASE}3 of 3, and more th${ERASE}done\n${ERASE}the next${ERASE}`)
})

test('elsewhere there is a line every ten seconds, the first after ten, and whatever is said', () => {
  const { progress, clock, text } = output(false)
  for (clock.now = 0; clock.now < 25_000; clock.now += 1_000) progress.tell(`${clock.now}`)
  progress.clear()
  progress.say('done')
  expect(text()).toBe('10000\n20000\ndone\n')
})
