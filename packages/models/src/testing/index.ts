export { type FullGaussian, type LinearVae, linearVae, type Rows } from './linear-vae.ts'
export { principalLinearVae } from './principal.ts'
