export { openFolderObjects } from './folder/folder-objects.ts'
export { memoryObjects } from './memory/memory-objects.ts'
export * from './object-place.ts'
export * from './port.ts'
