/** Pages of WebAssembly memory have 64 KiB. */
const pageBytes = 65536

/**
 * Address 0 stays free, and so does the end: kernels may read a few vectors beyond a tensor. At the beginning lie the
 * words of control.ts.
 */
const slack = 1024

/** The memory of an engine with an allocator for large, long-lived extents. */
export interface Arena {
  readonly memory: WebAssembly.Memory
  /** The address of `bytes` new bytes, aligned to 64. Throws a RangeError if the address space is full. */
  readonly allocate: (bytes: number) => number
  /** Gives an extent back. */
  readonly release: (address: number) => void
  /** The most bytes that one engine can hold. */
  readonly limit: number
  /** The memory as unsigned bytes; only good until the next `allocate`. */
  readonly bytes: () => Uint8Array
  readonly words: () => Int32Array
  readonly floats: () => Float32Array
}

/** Reserves as much address space as the machine gives, of which little is used at first. */
const reserve = (limit: number): { memory: WebAssembly.Memory; limit: number } => {
  for (let maximum = Math.floor(limit / pageBytes); ; maximum = Math.floor(maximum / 2)) {
    try {
      return {
        memory: new WebAssembly.Memory({ initial: 1, maximum, shared: true }),
        limit: maximum * pageBytes,
      }
    } catch (error) {
      if (maximum < 1024) throw error
    }
  }
}

interface Extent {
  address: number
  bytes: number
}

/** An arena of at most `limit` bytes (at most 4 GiB). */
export const createArena = (limit: number): Arena => {
  const reserved = reserve(limit)
  const { memory } = reserved
  const used = new Map<number, number>()
  /** Free extents below `top`, ascending and never adjacent. */
  let free: Extent[] = []
  let top = slack

  // kept, since asking the memory for its buffer takes as long as a small kernel
  let views = viewsOf(memory)

  const growTo = (end: number): void => {
    const missing = Math.ceil((end + slack - views.bytes.length) / pageBytes)
    if (missing <= 0) return
    memory.grow(missing)
    views = viewsOf(memory)
  }

  const allocate = (bytes: number): number => {
    const size = Math.max(64, Math.ceil(bytes / 64) * 64)
    const hole = free.find((extent) => extent.bytes >= size)
    let address = top
    if (hole === undefined) {
      if (top + size + slack > reserved.limit) throw new RangeError('the address space is full')
      growTo(top + size)
      top += size
    } else {
      address = hole.address
      hole.address += size
      hole.bytes -= size
      free = free.filter((extent) => extent.bytes > 0)
    }
    used.set(address, size)
    return address
  }

  const release = (address: number): void => {
    const bytes = used.get(address)
    if (bytes === undefined) return
    used.delete(address)
    const extents = [...free, { address, bytes }].sort((a, b) => a.address - b.address)
    free = []
    for (const extent of extents) {
      const last = free.at(-1)
      if (last !== undefined && last.address + last.bytes === extent.address) last.bytes += extent.bytes
      else free.push(extent)
    }
    const last = free.at(-1)
    if (last !== undefined && last.address + last.bytes === top) {
      top = last.address
      free.pop()
    }
  }

  return {
    memory,
    allocate,
    release,
    limit: reserved.limit,
    bytes: () => views.bytes,
    words: () => views.words,
    floats: () => views.floats,
  }
}

const viewsOf = ({ buffer }: WebAssembly.Memory) => ({
  bytes: new Uint8Array(buffer),
  words: new Int32Array(buffer),
  floats: new Float32Array(buffer),
})
