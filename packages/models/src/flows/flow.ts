import { add, type Key, type Now, type Same, ShapeError, split, type Tensor, zeros } from '@vae/tensor'
import { type GuardLatents, latentsOf } from '../latents.ts'

/** Where a flow takes latents, and how it changes their volume. */
export interface Transformed<B extends number, Z extends number> {
  readonly value: Tensor<[B, Z]>
  /** log |det J| of each example, in nats. */
  readonly logDet: Tensor<[B]>
}

/** A map of latents of Z dimensions, `[B, Z]`, that knows its Jacobian. */
export type Transform<Operation extends string, Z extends number> = {
  apply<B extends number, Y extends number, Moment = Now>(
    x: GuardLatents<Moment, Operation, Z, B, Y>,
  ): Transformed<B, Z>
}['apply']

/**
 * An invertible map of latents with parameters P. `forward` is the direction that a flow states in closed form; as a prior,
 * it takes latents to the noise of a standard normal, and `inverse` takes noise to latents.
 */
export interface Flow<Z extends number, P> {
  /** The number of latent dimensions. */
  readonly latent: Z
  readonly init: (key: Key) => P
  readonly forward: (params: P) => Transform<'forward', Z>
  readonly inverse: (params: P) => Transform<'inverse', Z>
}

/** What a flow is made of: its maps of latents that are known to fit. */
export interface FlowParts<Z extends number, P> {
  readonly latent: Z
  readonly init: (key: Key) => P
  readonly forward: (params: P) => <B extends number>(x: Tensor<[B, Z]>) => Transformed<B, Z>
  readonly inverse: (params: P) => <B extends number>(y: Tensor<[B, Z]>) => Transformed<B, Z>
}

/**
 * A flow of its parts, which then get only what fits.
 *
 * ```ts
 * const mirror = flowOf({
 *   latent: 2,
 *   init: () => ({}),
 *   forward: () => (x) => ({ value: neg(x), logDet: zeros([x.shape[0]]) }),
 *   inverse: () => (y) => ({ value: neg(y), logDet: zeros([y.shape[0]]) }),
 * })
 * mirror.forward({})(tensor([1, 2], [1, 2])) // → { value: [[-1, -2]], logDet: [0] }
 * ```
 */
export const flowOf = <const Z extends number, P>({
  latent,
  init,
  forward,
  inverse,
}: FlowParts<Z, P>): Flow<Z, P> => ({
  latent,
  init,
  forward: (params) => (x) => forward(params)(latentsOf('forward', latent, x)),
  inverse: (params) => (y) => inverse(params)(latentsOf('inverse', latent, y)),
})

/** Flows of Z dimensions, or a message. */
export type GuardFlows<Moment, Z extends number, Y extends number, P> =
  Same<Moment, Z, Y> extends true
    ? readonly Flow<Y, P>[]
    : `composeFlows: expected flows of ${Z} latent dimensions, got ${Y}`

/**
 * Flows one after the other: the parameters are a list of theirs, and the log-determinants add up. Without any, the identity.
 *
 * ```ts
 * const flow = composeFlows(2, [planar(2), planar(2)])
 * flow.forward(flow.init(key(0)))(zeros([128, 2])).value // Tensor<[128, 2]>
 * ```
 *
 * Flows of another size do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * composeFlows(2, [planar(3)])
 * // error: composeFlows: expected flows of 2 latent dimensions, got 3
 * ```
 */
export const composeFlows = <Z extends number, Y extends number, P, Moment = Now>(
  latent: Z,
  flows: GuardFlows<Moment, Z, Y, P>,
): Flow<Z, readonly P[]> => {
  // The guard lets nothing else pass, and the run checks it below.
  const all = flows as readonly Flow<number, P>[] as readonly Flow<Z, P>[]
  for (const flow of all)
    if (flow.latent !== latent)
      throw new ShapeError(`composeFlows: expected flows of ${latent} latent dimensions, got ${flow.latent}`)
  const still = <B extends number>(x: Tensor<[B, Z]>): Transformed<B, Z> => ({
    value: x,
    logDet: zeros([x.shape[0]]),
  })
  return flowOf({
    latent,
    init: (key): readonly P[] => {
      const keys = split(key, all.length)
      return all.map((flow, index) => flow.init(keys[index]!))
    },
    forward: (params) => (x) =>
      all.reduce((before, flow, index) => {
        const after = flow.forward(params[index]!)(before.value)
        return { value: after.value, logDet: add(before.logDet, after.logDet) }
      }, still(x)),
    inverse: (params) => (y) =>
      all.reduceRight((before, flow, index) => {
        const after = flow.inverse(params[index]!)(before.value)
        return { value: after.value, logDet: add(before.logDet, after.logDet) }
      }, still(y)),
  })
}
