import {
  type Guard,
  type Refused,
  type SameSizes,
  ShapeError,
  type Show,
  sameShape,
  showShape,
  type When,
} from '@vae/tensor'
import type { NoParams } from '../layer.ts'
import { type AnyNetwork, type Network, networkOf } from './network.ts'
import { stack } from './stack.ts'

/** The parameters of a network. */
export type NetworkParams<N extends AnyNetwork> = ReturnType<N['init']>

/** True, or a refusal of networks of which one does not take what the one before gives. */
export type Connection<Networks, Count extends unknown[] = [unknown]> = Networks extends readonly [
  infer A extends AnyNetwork,
  infer B extends AnyNetwork,
  ...infer Rest,
]
  ? SameSizes<A['output'], B['input'], When<Networks>> extends true
    ? Connection<[B, ...Rest], [...Count, unknown]>
    : Refused<`connect: network ${Count['length']} gives ${Show<A['output']>}, the next takes ${Show<B['input']>}`>
  : true

/** The parameters of several networks. */
export type ConnectedParams<Networks> = {
  -readonly [I in keyof Networks]: Networks[I] extends AnyNetwork ? NetworkParams<Networks[I]> : NoParams
}

/** What the first of several networks takes. */
export type FirstInput<Networks> = Networks extends readonly [infer N extends AnyNetwork, ...unknown[]]
  ? N['input']
  : number[]

/** What the last of several networks gives. */
export type LastOutput<Networks> = Networks extends readonly [...unknown[], infer N extends AnyNetwork]
  ? N['output']
  : number[]

/**
 * Networks one after the other as one; the parameters are a tuple with those of each.
 *
 * ```ts
 * const encoder = connect([convDown([1, 28, 28], [32, 64]), mlp([64, 7, 7], [256])])
 * encoder.output // → [256]
 * ```
 *
 * Networks that do not fit do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * connect([convDown([1, 28, 28], [32, 64]), mlp([32, 7, 7], [256])])
 * // error: connect: network 1 gives [64, 7, 7], the next takes [32, 7, 7]
 * ```
 */
export const connect = <const Networks extends readonly AnyNetwork[]>(
  networks: Guard<Connection<Networks>, readonly [...Networks]>,
): Network<FirstInput<Networks>, LastOutput<Networks>, ConnectedParams<Networks>> => {
  const all = networks as readonly AnyNetwork[]
  all.slice(1).forEach(({ input }, index) => {
    const { output } = all[index]!
    if (!sameShape(output, input))
      throw new ShapeError(
        `connect: network ${index + 1} gives ${showShape(output)}, the next takes ${showShape(input)}`,
      )
  })
  return networkOf(all[0]!.input, stack(all.map((layer) => ({ layer }))))
}
