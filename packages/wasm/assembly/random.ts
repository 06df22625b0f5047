// Threefry-2x32 with 20 rounds: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), table 2
// for the rotations; four counters at a time in vector lanes.

@inline
function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits))
}

/**
 * For each key of two words at `keys`, `size` words of `to`: words 2j and 2j + 1 are the block with counter
 * (0, j). A unit of the range is one block, counted key by key.
 */
export function randomBits(keys: usize, to: usize, size: i32, begin: i32, end: i32): void {
  const blocks = (size + 1) >> 1
  while (begin < end) {
    const key = begin / blocks
    const first = begin - key * blocks
    const last = min(blocks, first + end - begin)
    stream(keys + (<usize>key << 3), to + ((<usize>key * size) << 2), size, first, last)
    begin += last - first
  }
}

/** Blocks `begin` to `end` of one key; of the last block as many words as there are. */
function stream(key: usize, to: usize, size: i32, begin: i32, end: i32): void {
  const key0 = load<i32>(key), key1 = load<i32>(key, 4)
  const k0 = i32x4.splat(key0), k1 = i32x4.splat(key1), k2 = i32x4.splat(0x1bd11bda ^ key0 ^ key1)
  for (let block = begin; block < end; block += 4) {
    let x0 = k0
    let x1 = i32x4.add(i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3)), k1)

    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 13), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 15), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 26), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 6), x0)
    x0 = i32x4.add(x0, k1); x1 = i32x4.add(x1, i32x4.add(k2, i32x4.splat(1)))

    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 17), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 29), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 16), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 24), x0)
    x0 = i32x4.add(x0, k2); x1 = i32x4.add(x1, i32x4.add(k0, i32x4.splat(2)))

    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 13), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 15), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 26), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 6), x0)
    x0 = i32x4.add(x0, k0); x1 = i32x4.add(x1, i32x4.add(k1, i32x4.splat(3)))

    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 17), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 29), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 16), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 24), x0)
    x0 = i32x4.add(x0, k1); x1 = i32x4.add(x1, i32x4.add(k2, i32x4.splat(4)))

    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 13), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 15), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 26), x0)
    x0 = i32x4.add(x0, x1); x1 = v128.xor(rotate(x1, 6), x0)
    x0 = i32x4.add(x0, k2); x1 = i32x4.add(x1, i32x4.add(k0, i32x4.splat(5)))

    const at = to + (<usize>block << 3)
    const left = min(size, end << 1) - (block << 1)
    const first = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5), second = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7)
    if (left >= 8) {
      v128.store(at, first)
      v128.store(at, second, 16)
    } else {
      v128.store_lane<i32>(at, first, 0)
      if (left > 1) v128.store_lane<i32>(at, first, 1, 4)
      if (left > 2) v128.store_lane<i32>(at, first, 2, 8)
      if (left > 3) v128.store_lane<i32>(at, first, 3, 12)
      if (left > 4) v128.store_lane<i32>(at, second, 0, 16)
      if (left > 5) v128.store_lane<i32>(at, second, 1, 20)
      if (left > 6) v128.store_lane<i32>(at, second, 2, 24)
    }
  }
}
