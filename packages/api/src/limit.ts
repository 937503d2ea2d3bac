import { z } from 'zod'

/** How many of something a client wants: at least one, at most `most`; as text it comes from a query string. */
export function limitInput(most: number, otherwise: number, description: string) {
  return z.coerce.number<number | string>().int().min(1).max(most).default(otherwise).meta({ description })
}
