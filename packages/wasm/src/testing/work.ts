import { type AnyTensor, sizeOf, type TensorSpec } from '@vae/tensor'
import type { KernelPlace, KernelWork } from '../lowering.ts'

/**
 * Runs the calls of a kernel's work, each in ranges between the numbers that `split` gives for its units. Memory holds
 * NaN before.
 */
export const runWork = (
  { steps, workspaces }: KernelWork,
  kernels: WebAssembly.Exports,
  memory: WebAssembly.Memory,
  operands: readonly AnyTensor[],
  { shape }: TensorSpec,
  split: (units: number) => readonly number[],
): Float32Array => {
  const floats = new Float32Array(memory.buffer).fill(NaN)
  let free = 1024
  const place = (bytes: number): number => {
    const at = free
    free += (Math.ceil(bytes / 64) + 1) * 64
    return at
  }
  const inputs = operands.map((tensor) => {
    const at = place(4 * tensor.data.length)
    floats.set(tensor.data, at / 4)
    return at
  })
  const result = place(4 * sizeOf(shape))
  const scratch = workspaces.map(({ bytes }) => place(bytes))
  const address = (argument: number | KernelPlace): number => {
    if (typeof argument === 'number') return argument
    if (argument === 'result') return result
    return 'operand' in argument ? inputs[argument.operand]! : scratch[argument.workspace]!
  }
  for (const step of steps) {
    if (step.kind !== 'call') throw new TypeError('runWork: only calls')
    const borders = split(step.units)
    // the kernel module exports its kernels as functions of numbers
    const kernel = kernels[step.kernel] as (...args: number[]) => void
    borders.slice(1).forEach((end, i) => {
      kernel(...step.arguments.map(address), borders[i]!, end)
    })
  }
  return floats.slice(result / 4, result / 4 + sizeOf(shape))
}
