import { defineConfig } from 'prisma/config'

/** For `prisma generate`. Migrations are plain SQL and applied by packages/db, not by Prisma. */
export default defineConfig({ schema: 'prisma/schema.prisma' })
