import { z } from 'zod'

/** One address of a server. A message never repeats the value: there may be a password in it, which is refused as well. */
export function endpointUrl() {
  return z.string().refine(
    (text) => {
      const url = URL.parse(text)
      return (
        url !== null &&
        /^https?:$/.test(url.protocol) &&
        url.username === '' &&
        url.password === '' &&
        url.search === '' &&
        url.hash === ''
      )
    },
    { error: 'must be one http:// or https:// address without a user in it' },
  )
}
