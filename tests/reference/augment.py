#!/usr/bin/env python3
"""Writes tests/oracle/augment.*: the augmentations of std.asc by NumPy, example by example.

usage: augment.py [OUTPUT_FOLDER]"""
import math, os, sys
import numpy as np
from safetensors_file import write_safetensors

EXAMPLES, SHAPE = 7, (2, 6, 8)


def mask(x, axis, widest, width, start):
    width = widest * width
    start = start * (x.shape[axis] - width)
    y = np.moveaxis(x.copy(), axis, 0)
    for i in range(len(y)):
        if start <= i < start + width:
            y[i] = 0
    return np.moveaxis(y, 0, axis)


def shift(x, axis, most, by):
    by = most * (2 * by - 1)
    return np.roll(x, math.ceil(by - 0.5), axis)


def augment(x, r):
    for i in range(2):
        x = mask(x, 1, 4, *r[4 * i:4 * i + 2])
        x = mask(x, 2, 5, *r[4 * i + 2:4 * i + 4])
    x = shift(x, 2, 3, r[8])
    x = shift(x, 1, 2, r[9])
    return x + 0.5 * (2 * r[10] - 1)


def main():
    random = np.random.default_rng(3)
    x = random.normal(size=(EXAMPLES, *SHAPE))
    numbers = random.uniform(size=(11, EXAMPLES))
    numbers[:, 5] = 0
    numbers[:, 6] = 0.999
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)) + '/../oracle'
    np.save(f'{folder}/augment.input.npy', x)
    write_safetensors(f'{folder}/augment.random.safetensors', {f'random.{n}': r for n, r in enumerate(numbers)})
    write_safetensors(f'{folder}/augment.expected.safetensors',
                      {'output': np.stack([augment(e, r) for e, r in zip(x, numbers.T)])})


main()
