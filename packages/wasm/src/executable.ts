import type { Executable, Tape } from '@vae/autograd'
import { type AnyTensor, HostTensor, sameShape, showShape, type TensorSpec } from '@vae/tensor'
import { explain } from './explain.ts'
import type { Arena } from './memory.ts'
import type { OutputPort, Plan, Port } from './plan.ts'
import { ResidentTensor, type Slot } from './resident.ts'
import { readElements, writeElements } from './transfer.ts'

/** What an executable needs of its engine. */
export interface Host {
  readonly arena: Arena
  /** The address of the scratch area, which all programs of the engine share. */
  readonly scratch: () => number
  /** The address of the program's own persistent part. */
  readonly persistent: number
  /** Throws if the engine cannot run anything any more. */
  readonly check: () => void
  readonly call: (scratch: number, persistent: number) => void
  /** Gives the persistent part back, and lets threads forget the program. */
  readonly release: () => void
}

const show = ({ dtype, shape }: TensorSpec): string => `${dtype} ${showShape(shape)}`

const check = (ports: readonly Port[], tensors: readonly AnyTensor[]): void => {
  if (tensors.length !== ports.length)
    throw new RangeError(`run: the program has ${ports.length} inputs, got ${tensors.length}`)
  ports.forEach((port, i) => {
    const tensor = tensors[i]!
    if (tensor.dtype !== port.dtype || !sameShape(tensor.shape, port.shape))
      throw new TypeError(`run: input "${port.name}" must be ${show(port)}, got ${show(tensor)}`)
  })
}

/** A loaded program. */
export const createExecutable = (plan: Plan, tape: Tape, host: Host): Executable => {
  const { arena } = host
  let closed = false
  const addressOf = ({ buffer }: Port): number => {
    const { space, offset } = plan.buffers[buffer]!
    return (space === 'scratch' ? host.scratch() : host.persistent) + offset
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
      current: null,
    }
  })
  plan.constants.forEach((port, i) => {
    writeElements(arena, addressOf(port), tape.constants[i]!.tensor)
  })

  const slotOf = (tensor: AnyTensor): Slot | null => (tensor instanceof ResidentTensor ? tensor.slot : null)

  const put = (tensor: AnyTensor, address: number): void => {
    const slot = slotOf(tensor)
    if (slot === null) writeElements(arena, address, tensor)
    else arena.bytes().copyWithin(address, slot.address, slot.address + slot.bytes)
  }

  /** Brings the inputs in. Everything that can be refused is refused before the first byte moves. */
  const enter = (tensors: readonly AnyTensor[]): void => {
    check(plan.inputs, tensors)
    const sources = tensors.map((tensor) => slotOf(tensor) ?? tensor.data)
    plan.inputs.forEach((port, i) => {
      if (slots[i] === null) put(tensors[i]!, addressOf(port))
    })
    // what lies in a slot of this program and is wanted in another one must leave before slots are written
    tensors.forEach((tensor, i) => {
      const own = slots[i]
      if (own && sources[i] !== own && slots.some((slot) => slot === sources[i]))
        (tensor as ResidentTensor).evacuate()
    })
    slots.forEach((slot, i) => {
      if (slot === null || slotOf(tensors[i]!) === slot) return
      slot.current?.evacuate()
      put(tensors[i]!, slot.address)
    })
    tensors.forEach((tensor, i) => {
      if (slots[i] !== null && tensor instanceof ResidentTensor) tensor.donate()
    })
  }

  const leave = (port: OutputPort): AnyTensor => {
    const slot = port.donated === null ? null : slots[port.donated]!
    return slot
      ? new ResidentTensor(slot)
      : new HostTensor(port.shape, port.dtype, readElements(arena, addressOf(port), port))
  }

  return {
    run: (inputs) => {
      if (closed) throw new Error('run: this program was closed and its memory given back; compile it again')
      host.check()
      enter(inputs)
      host.call(host.scratch(), host.persistent)
      return plan.outputs.map(leave)
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
