import type { Application, Tape } from '@vae/autograd'
import {
  type AnyTensor,
  allocate,
  type DataOf,
  type DType,
  HostTensor,
  type Primitive,
  type PrimitiveParameters,
  type Shape,
  sizeOf,
  specOf,
  type TensorSpec,
} from '@vae/tensor'

/** A host tensor from numbers. */
export const host = (shape: Shape, numbers: ArrayLike<number>, dtype: DType = 'f32'): HostTensor => {
  const data = allocate(dtype, numbers.length)
  data.set(numbers)
  return new HostTensor(shape, dtype, data)
}

/** Numbers from a small generator of its own, so that a failing case prints as its seed. */
export const randomNumbers = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    let x = state
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32
  }
}

const corners = [0, -0, 1, -1, NaN, Infinity, -Infinity, 1e-40, -3.4e38, 88.5, -104]

/** Elements of dtype `dtype`: floats around ±8, with `special` values among them if asked for. */
export const randomTensor = (shape: Shape, dtype: DType, seed: number, special = false): HostTensor => {
  const next = randomNumbers(seed)
  const data: DataOf<DType> = allocate(dtype, sizeOf(shape))
  for (let i = 0; i < data.length; i++) {
    const x = next()
    if (dtype === 'f32')
      data[i] = special && x < 0.1 ? corners[Math.floor(x * 10 * corners.length)]! : (next() - 0.5) * 16
    else if (dtype === 'bool') data[i] = x < 0.5 ? 0 : 1
    else if (x < 0.5) data[i] = Math.floor(next() * 7) - 3
    else data[i] = Math.floor((next() - 0.5) * 2 ** 33)
  }
  return new HostTensor(shape, dtype, data)
}

/** Whole numbers from −2 to `below` + 1: indices, some of them outside. */
export const randomIndices = (shape: Shape, seed: number, below: number): HostTensor => {
  const next = randomNumbers(seed)
  return host(
    shape,
    Array.from({ length: sizeOf(shape) }, () => Math.floor(next() * (below + 4)) - 2),
    'i32',
  )
}

/** Builds a tape by applying primitives. */
export const tapeBuilder = () => {
  const values: TensorSpec[] = []
  const applications: Application[] = []
  const inputs: { id: number; name: string }[] = []
  const constants: { id: number; name: string; tensor: AnyTensor }[] = []
  const add = ({ shape, dtype }: TensorSpec) => values.push({ shape, dtype }) - 1
  return {
    values,
    input: (spec: TensorSpec): number => {
      const id = add(spec)
      inputs.push({ id, name: `x${inputs.length}` })
      return id
    },
    constant: (tensor: AnyTensor): number => {
      const id = add(tensor)
      constants.push({ id, name: `c${constants.length}`, tensor })
      return id
    },
    apply: <P extends Primitive>(
      primitive: P,
      parameters: PrimitiveParameters[P],
      ...operands: number[]
    ): number => {
      const spec = specOf(
        primitive,
        operands.map((id) => values[id]!),
        parameters,
      )
      const id = add(spec)
      // the signature ties the parameters to the primitive; TypeScript cannot see that across the union
      applications.push({ primitive, parameters, operands, results: [id] } as Application)
      return id
    },
    tape: (...outputs: number[]): Tape => ({ values, inputs, constants, applications, outputs }),
  }
}

/** The tape of one application. */
export const single = <P extends Primitive>(
  primitive: P,
  parameters: PrimitiveParameters[P],
  operands: readonly TensorSpec[],
): Tape => {
  const builder = tapeBuilder()
  return builder.tape(builder.apply(primitive, parameters, ...operands.map(builder.input)))
}
