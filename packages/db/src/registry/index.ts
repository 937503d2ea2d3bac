export {
  type KnownInstance,
  openRegistry,
  type Registry,
  type RegistryOptions,
  type RegistryPace,
} from './registry.ts'
