import { type Answer, call, type Span, say } from '../trip.ts'

const LOGGER = 'c.s.recommendation.Ranker'

/** Java, logback. What else one might like; a page does without it when it takes too long. */
export function recommend(caller: Span, at: number): Answer {
  return call(caller.trip, 'recommendation', at, 800, (span) => {
    const { random, shopper } = span.trip
    const end = span.at + random.duration(35)
    const said = `ranked ${random.whole(80, 400)} products for ${shopper.userId} in ${end - span.at} ms`
    say(span, 'recommendation', end, random.chance(0.5) ? 'debug' : 'info', LOGGER, said)
    return { end }
  })
}
