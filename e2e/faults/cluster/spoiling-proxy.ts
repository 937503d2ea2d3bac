import { type HttpPassage, httpProxy } from '../../cluster/http-proxy.ts'

/** A proxy that spoils the requests of one kind while it is told to; all others pass. */
export interface SpoilingProxy<Fate extends string> extends AsyncDisposable {
  readonly url: string
  fate: Fate | 'pass'
  /** How many requests did not simply pass. */
  readonly spoiled: number
}

export interface SpoilingProxyOptions<Fate extends string> {
  readonly isMeant: (passage: HttpPassage) => boolean
  readonly spoil: (passage: HttpPassage, fate: Fate) => void
}

export async function spoilingProxy<Fate extends string>(
  upstream: string,
  { isMeant, spoil }: SpoilingProxyOptions<Fate>,
): Promise<SpoilingProxy<Fate>> {
  let fate: Fate | 'pass' = 'pass'
  let spoiled = 0
  const proxy = await httpProxy(upstream, (passage) => {
    if (fate === 'pass' || !isMeant(passage)) return passage.pass()
    spoiled++
    spoil(passage, fate)
  })
  return {
    url: proxy.url,
    get fate() {
      return fate
    },
    set fate(next) {
      fate = next
    },
    get spoiled() {
      return spoiled
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  }
}
