import type { Executable, Stage, Tape } from '@vae/autograd'
import { type AnyTensor, HostTensor, sameShape, showShape, type TensorSpec } from '@vae/tensor'
import { explain } from './explain.ts'
import type { Features } from './features.ts'
import type { Arena } from './memory.ts'
import type { OutputPort, Plan, Port } from './plan.ts'
import { profilePlan, type RunPlan } from './profile.ts'
import { ResidentTensor, type Slot } from './resident.ts'
import { readElements, writeElements } from './transfer.ts'

/** A part of memory that belongs to one program, as long as anything refers to this object. */
export interface Extent {
  readonly address: number
}

/** What an executable needs of its engine. */
export interface Host {
  readonly arena: Arena
  /** Which build of the kernels it has. */
  readonly features: Features
  /** The address of the scratch area, which all programs of the engine share. */
  readonly scratch: () => number
  /** The program's own persistent part. */
  readonly persistent: Extent
  /** Throws if the engine cannot run anything any more. */
  readonly check: () => void
  readonly call: (scratch: number, persistent: number) => void
  /** Gives the persistent part back, and lets threads forget the program. */
  readonly release: () => void
  /** What loading took so far. */
  readonly stages: readonly Stage[]
  /** The plan for one thread, with the same buffers outside of the scratch area. */
  readonly alone: () => Plan
  /** Makes another plan for one thread ready to run. */
  readonly instantiate: (plan: Plan) => RunPlan
}

const show = ({ dtype, shape }: TensorSpec): string => `${dtype} ${showShape(shape)}`

const slotOf = (tensor: AnyTensor): Slot | null => (tensor instanceof ResidentTensor ? tensor.slot : null)

/** A loaded program. */
export const createExecutable = (plan: Plan, tape: Tape, host: Host): Executable => {
  const { arena, persistent } = host
  let closed = false
  const addressOf = ({ buffer }: Port): number => {
    const { space, offset } = plan.buffers[buffer]!
    return (space === 'scratch' ? host.scratch() : persistent.address) + offset
  }
  const donated = new Set(plan.outputs.flatMap((output) => output.donated ?? []))
  const slots = plan.inputs.map((port, i): Slot | null => {
    if (!donated.has(i)) return null
    const address = addressOf(port)
    return {
      shape: port.shape,
      dtype: port.dtype,
      address,
      bytes: plan.buffers[port.buffer]!.bytes,
      read: () => readElements(arena, address, port),
      extent: persistent,
      current: null,
    }
  })
  plan.constants.forEach((port, i) => {
    writeElements(arena, addressOf(port), tape.constants[i]!.tensor)
  })

  /** Whether every donated input lies in its place already. Throws a sentence for what does not fit. */
  const check = (tensors: readonly AnyTensor[]): boolean => {
    if (tensors.length !== plan.inputs.length)
      throw new RangeError(`run: the program has ${plan.inputs.length} inputs, got ${tensors.length}`)
    let settled = true
    for (let i = 0; i < tensors.length; i++) {
      const [tensor, port, slot] = [tensors[i]!, plan.inputs[i]!, slots[i]!]
      const source = slotOf(tensor) ?? tensor.data
      if (source === slot) continue
      settled &&= slot === null
      if (tensor.dtype !== port.dtype || !sameShape(tensor.shape, port.shape))
        throw new TypeError(`run: input "${port.name}" must be ${show(port)}, got ${show(tensor)}`)
    }
    return settled
  }

  const put = (tensor: AnyTensor, address: number): void => {
    const slot = slotOf(tensor)
    if (slot === null) writeElements(arena, address, tensor)
    else arena.bytes().copyWithin(address, slot.address, slot.address + slot.bytes)
  }

  /** Brings donated inputs to their places that lie elsewhere. */
  const settle = (tensors: readonly AnyTensor[]): void => {
    const sources = tensors.map(slotOf)
    // what lies in a slot of this program and is wanted in another one must leave before slots are written
    tensors.forEach((tensor, i) => {
      const own = slots[i]
      if (own && sources[i] !== own && slots.some((slot) => slot !== null && slot === sources[i]))
        (tensor as ResidentTensor).evacuate()
    })
    slots.forEach((slot, i) => {
      if (slot === null || slotOf(tensors[i]!) === slot) return
      slot.current?.evacuate()
      put(tensors[i]!, slot.address)
    })
  }

  /** Brings the inputs in. Everything that can be refused is refused before the first byte moves. */
  const enter = (tensors: readonly AnyTensor[]): void => {
    const settled = check(tensors)
    for (let i = 0; i < tensors.length; i++)
      if (slots[i] === null) put(tensors[i]!, addressOf(plan.inputs[i]!))
    if (!settled) settle(tensors)
    for (let i = 0; i < tensors.length; i++) {
      const tensor = tensors[i]!
      if (slots[i] !== null && tensor instanceof ResidentTensor) tensor.donate()
    }
  }

  const leave = (port: OutputPort): AnyTensor => {
    const slot = port.donated === null ? null : slots[port.donated]!
    return slot
      ? new ResidentTensor(slot)
      : new HostTensor(port.shape, port.dtype, readElements(arena, addressOf(port), port))
  }

  const refuseUnusable = (): void => {
    if (closed) throw new Error('run: this program was closed and its memory given back; compile it again')
    host.check()
  }

  return {
    run: (inputs) => {
      refuseUnusable()
      enter(inputs)
      host.call(host.scratch(), persistent.address)
      return plan.outputs.map(leave)
    },
    stages: host.stages,
    profile: (inputs) => {
      refuseUnusable()
      check(inputs)
      return profilePlan(host.alone(), inputs, { ...host, put })
    },
    explain: () => explain(plan),
    close: () => {
      if (closed) return
      closed = true
      for (const slot of slots) slot?.current?.evacuate()
      host.release()
    },
  }
}
