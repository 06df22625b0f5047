import { expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { availableFeatures } from './features.ts'

test('Node has relaxed SIMD, by its flag if need be', () => {
  expect(availableFeatures()).toEqual(['simd128', 'relaxed-simd'])
})

test('an engine takes what the machine has, or what is the same everywhere', async () => {
  expect((await wasmEngine()).features).toBe('relaxed-simd')
  expect((await wasmEngine({ relaxed: false })).features).toBe('simd128')
})
