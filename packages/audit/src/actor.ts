import { z } from 'zod'

/** What a client may make an attribute long: addresses and user agents are of its own making. */
const MAX_TEXT = 300
const Text = z.string().transform((text) => text.slice(0, MAX_TEXT))

/** Who did something, as far as it is known. Never holds what somebody could sign in with. */
export const Actor = z.object({
  /** `owner`: whoever has come in. `heartwood`: an app of the product. `anonymous`: somebody who was not let in. */
  user: z.enum(['owner', 'heartwood', 'anonymous']),
  /** How they came in: `none` where no token is needed, on loopback. */
  authentication: z.enum(['none', 'token', 'session', 'internal']),
  /** See `tokenFingerprint`. */
  token_fingerprint: z.string().max(64).optional(),
  /** Of the other end of the connection. */
  address: Text.optional(),
  /** What X-Forwarded-For says; true only where a proxy in front sets it. */
  forwarded_for: Text.optional(),
  user_agent: Text.optional(),
})
export type Actor = z.output<typeof Actor>

/** The header by which the page's app tells the query app on whose behalf it asks. */
export const ACTOR_HEADER = 'x-heartwood-actor'

export function actorHeader(actor: Actor): string {
  return Buffer.from(JSON.stringify(actor)).toString('base64url')
}

/** An app of the product that asks for itself says nothing; what cannot be read is taken for that. */
export function actorOf(header: string | string[] | undefined): Actor {
  if (typeof header !== 'string') return PRODUCT
  try {
    return Actor.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8')))
  } catch {
    return PRODUCT
  }
}

export const PRODUCT: Actor = { user: 'heartwood', authentication: 'internal' }
