export * from './app.ts'
export * from './errors.ts'
export * from './internal-client.ts'
export * from './stop.ts'
