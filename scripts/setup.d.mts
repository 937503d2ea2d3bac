/** Generates the database client and builds the pages, unless their sources are as they were. */
export function ensureBuilt(options?: { readonly pages?: boolean }): Promise<void>
