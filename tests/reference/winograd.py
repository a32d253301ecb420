"""Prints how much a convolution of 3 x 3 taps rounds in single precision, by Winograd's algorithm with tiles of 4 x 4 and of 6 x 6
results, and directly: the root of the mean square of the errors, as a share of that of the results.

    python3 tests/reference/winograd.py

Points and transforms are those of runtime/winograd.h, but for the factors, which lie with the taps here.
"""
import numpy as np
from numpy.polynomial import polynomial

POINTS = [0, 1, -1, 2, -2, .5, -.5]
TILES, SEED = 400, 0


def transforms(size):
    """Of the map, the taps and the products, for `size` results: by polynomials through size + 1 points, and infinity."""
    points = POINTS[:size + 1]
    of_map, of_taps, of_products = np.zeros((size + 2, size + 2)), np.zeros((size + 2, 3)), np.zeros((size, size + 2))
    for i, point in enumerate(points):
        others = points[:i] + points[i + 1:]
        of_map[i, :size + 1] = polynomial.polyfromroots(others)
        of_taps[i] = [point ** k / np.prod([point - other for other in others]) for k in range(3)]
        of_products[:, i] = [point ** k for k in range(size)]
    of_map[-1], of_taps[-1, 2], of_products[-1, -1] = polynomial.polyfromroots(points), 1, 1
    return [m.astype(np.float32) for m in (of_map, of_taps, of_products)]


def both_axes(transform, x):
    return transform @ x @ transform.T


def direct(x, taps, size):
    """(tiles, channels, size + 2, size + 2) and (channels, 3, 3), summed channel by channel and tap by tap."""
    result = np.zeros((len(x), size, size), x.dtype)
    for channel in range(len(taps)):
        for i in range(3):
            for j in range(3):
                result += x[:, channel, i:i + size, j:j + size] * taps[channel, i, j]
    return result


def winograd(x, taps, size):
    of_map, of_taps, of_products = transforms(size)
    x, taps = both_axes(of_map, x), both_axes(of_taps, taps)
    products = np.zeros((len(x), size + 2, size + 2), x.dtype)
    for channel in range(len(taps)):
        products += x[:, channel] * taps[channel]
    return both_axes(of_products, products)


def root_mean_square(x):
    return np.sqrt(np.mean(np.square(x, dtype=np.float64)))


for channels in (32, 256):
    for size in (4, 6):
        random = np.random.default_rng(SEED)
        x = np.maximum(random.standard_normal((TILES, channels, size + 2, size + 2)), 0).astype(np.float32)
        taps = (random.standard_normal((channels, 3, 3)) * np.sqrt(2 / 9 / channels)).astype(np.float32)
        exact = direct(x.astype(np.float64), taps.astype(np.float64), size)
        errors = [root_mean_square(f(x, taps, size) - exact) / root_mean_square(exact) for f in (winograd, direct)]
        print(f'{channels} channels, {size} x {size} results: {errors[0]:.1e}, directly {errors[1]:.1e}')
