import { z } from 'zod'

/**
 * Addresses of servers, separated by commas, as one text without what is empty between them. A message says what is wrong
 * and never repeats the value: there may be a password in it, which is why one in an address is refused as well.
 */
export function nodeUrls(userSetting: string) {
  return z.string().transform((text, context) => {
    const nodes = text
      .split(',')
      .map((node) => node.trim())
      .filter((node) => node !== '')
    const message =
      nodes.length === 0 ? NO_ADDRESSES : nodes.map((node) => wrongWith(node, userSetting)).find(Boolean)
    if (message === undefined) return nodes.join(',')
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

const NO_ADDRESSES = 'must be http:// or https:// addresses, separated by commas'

function wrongWith(node: string, userSetting: string): string | undefined {
  if (node.includes('@')) return `must not have a user in it; ${userSetting} is for that`
  const url = URL.parse(node)
  if (url === null || !/^https?:$/.test(url.protocol)) return NO_ADDRESSES
  return url.search === '' && url.hash === '' ? undefined : 'must end with a host, port or path'
}
