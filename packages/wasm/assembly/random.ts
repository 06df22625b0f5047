// Threefry-2x32 with 20 rounds: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), table 2
// for the rotations; four counters at a time in vector lanes.

@inline
function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits))
}

/**
 * Words 2j and 2j + 1 of `to` are the block with counter (0, j) under the key of two words at `key`.
 * A unit of the range is one block j. The last block is written whole: `to` has room for an even number.
 */
export function randomBits(key: usize, to: usize, begin: i32, end: i32): void {
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
    const left = end - block
    const first = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5), second = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7)
    if (left > 1) v128.store(at, first)
    else v128.store_lane<i64>(at, first, 0)
    if (left > 3) v128.store(at, second, 16)
    else if (left > 2) v128.store_lane<i64>(at, second, 0, 16)
  }
}
