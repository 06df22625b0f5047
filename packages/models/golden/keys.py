"""The random numbers of @vae/tensor, so that both sides draw the same: keys, `split`, `uniform` and `normal`."""

import math

import numpy
import torch

MASK = 0xFFFFFFFF
ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))


def key(seed):
    """The key of a seed: its high and its low 32 bits."""
    return seed >> 32, seed & MASK


def threefry2x32(key, x, y):
    """20 rounds of Threefry-2x32 on arrays of counters. Salmon et al., "Parallel random numbers" (SC 2011)."""
    schedule = (key[0], key[1], key[0] ^ key[1] ^ 0x1BD11BDA)
    x = (x + schedule[0]) & MASK
    y = (y + schedule[1]) & MASK
    for group in range(5):
        for rotation in ROTATIONS[group % 2]:
            x = (x + y) & MASK
            y = ((y << rotation) & MASK | y >> (32 - rotation)) ^ x
        x = (x + schedule[(group + 1) % 3]) & MASK
        y = (y + schedule[(group + 2) % 3] + group + 1) & MASK
    return x, y


def random_bits(key, count):
    """Words 2j and 2j + 1 are those of the block with counter (0, j)."""
    blocks = numpy.arange((count + 1) // 2, dtype=numpy.int64)
    words = threefry2x32(key, numpy.zeros_like(blocks), blocks)
    return numpy.stack(words, axis=1).reshape(-1)[:count]


def split(key, count=2):
    """Independent keys from one."""
    return [(int(x), int(y)) for x, y in random_bits(key, 2 * count).reshape(count, 2)]


def mantissas(key, shape):
    """The low 23 of the 32 bits of each element, as whole numbers."""
    bits = random_bits(key, math.prod(shape)) & 0x7FFFFF
    return torch.tensor(bits, dtype=torch.float64).reshape(shape)


def uniform(key, *shape):
    """Multiples of 2^-23 from 0 to below 1."""
    return mantissas(key, shape) * 2**-23


def normal(key, *shape):
    """By inversion, from odd multiples of 2^-23 between -1 and 1."""
    return 2**0.5 * torch.erfinv((2 * mantissas(key, shape) + 1) * 2**-23 - 1)
