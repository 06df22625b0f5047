/**
 * Where a buffer lies: `scratch` is shared by all programs, `persistent` belongs to one program, and of `thread` every
 * thread has one of its own.
 */
export type Space = 'scratch' | 'persistent' | 'thread'

/** A part of memory that holds a value, or several one after another. */
export interface Buffer {
  /** The values that it holds, in order. */
  readonly names: readonly string[]
  readonly space: Space
  /** Bytes from the start of the space. */
  readonly offset: number
  readonly bytes: number
  /** The first and last step that need it: −1 is before the first step, the number of steps after the last. */
  readonly birth: number
  readonly death: number
}

/** A buffer as steps name it: an index into the plan's buffers. */
export interface BufferPlace {
  readonly buffer: number
  /** Whether a kernel that gets it as an argument writes there. */
  readonly written?: true
}

/** A buffer before it has an offset. */
export interface Storage {
  readonly names: string[]
  readonly space: Space
  readonly bytes: number
  readonly birth: number
  death: number
}

/** Buffers start on cache lines, so that vector accesses never straddle two of them needlessly. */
const alignment = 64

/** `bytes` as whole cache lines, at least one: kernels write whole vectors into the last one. */
export const roundBytes = (bytes: number): number => Math.max(1, Math.ceil(bytes / alignment)) * alignment

/**
 * Gives every storage an offset so that no two overlap in both time and place: large ones first, each at the
 * lowest offset where it fits. Returns the buffers in the given order and the size of each space.
 */
export const layOut = (storages: readonly Storage[]) => {
  const bytes = { scratch: 0, persistent: 0, thread: 0 }
  const offsets = new Map<Storage, number>()
  /** What has its place, by offset. */
  const placed: Storage[] = []
  const order = storages.map((storage, i) => ({ storage, i }))
  order.sort((a, b) => b.storage.bytes - a.storage.bytes || a.i - b.i)
  for (const { storage } of order) {
    let offset = 0
    for (const rival of placed) {
      if (rival.space !== storage.space || !overlapInTime(rival, storage)) continue
      const start = offsets.get(rival)!
      if (start - offset >= storage.bytes) break
      offset = Math.max(offset, start + rival.bytes)
    }
    offsets.set(storage, offset)
    const next = placed.findIndex((other) => offsets.get(other)! > offset)
    placed.splice(next < 0 ? placed.length : next, 0, storage)
    bytes[storage.space] = Math.max(bytes[storage.space], offset + storage.bytes)
  }
  const buffers: Buffer[] = storages.map((storage) => ({ ...storage, offset: offsets.get(storage)! }))
  return { buffers, bytes }
}

const overlapInTime = (a: Storage, b: Storage): boolean =>
  a.space === 'persistent' || (a.birth <= b.death && b.birth <= a.death)
