import { type AnyTensor, type Key, split, type Tensor, type UnaryOperation } from '@vae/tensor'
import type { NetworkParts } from './network.ts'

/** What makes its parameters and applies them: a layer or a network. */
export interface Part {
  readonly init: (key: Key) => unknown
  readonly apply: (params: never) => unknown
}

/** A layer, and what is done to each element of its result. */
export interface Stage {
  readonly layer: Part
  readonly after?: UnaryOperation | undefined
}

/** What a stack is made of at run time. */
export interface StackParts extends NetworkParts {
  readonly apply: (params: readonly unknown[]) => (x: AnyTensor) => AnyTensor
}

/** Layers one after the other; the parameters are a tuple with those of each layer. */
export const stack = (stages: readonly Stage[]): StackParts => ({
  init: (key) => {
    const keys = split(key, stages.length)
    return stages.map(({ layer }, index) => layer.init(keys[index]!))
  },
  apply: (params) => (x) =>
    stages.reduce<AnyTensor>((h, { layer, after }, index) => {
      // Each part gets the parameters that its own `init` made, and checks its input.
      const y = (layer.apply(params[index] as never) as (x: AnyTensor) => Tensor<number[]>)(h)
      return after === undefined ? y : after(y)
    }, x),
})
