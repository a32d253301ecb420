"""Makes tests/vectors/features_*.npy: what a reference implementation makes of a generated sound.

    python3 tests/reference/features.py REFERENCE.py tests/vectors

REFERENCE.py defines PRESETS and mel_spectrogram(y, rate, **options) -> (frames, mels).
check_frontend.c makes the same sound and has the same options.
"""
import importlib.util
import sys

import numpy as np


def sound(count):
    """Noise and a rising triangle wave, from integers only, so that C makes exactly the same."""
    y = np.empty(count)
    noise, phase, step = 1, 0, 1 << 22
    for i in range(count):
        noise = (noise * 1664525 + 1013904223) & 0xffffffff
        phase = (phase + step) & 0xffffffff
        step += 1 << 15
        triangle = abs(phase - (1 << 31)) / 2 ** 30 - 1
        y[i] = triangle / 2 + ((noise >> 8) / 2 ** 23 - 1) / 8
    return y


def main(reference, folder):
    spec = importlib.util.spec_from_file_location('reference', reference)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    cases = dict(module.PRESETS)
    cases['odd'] = dict(rate=8000, n_fft=375, win=300, hop=77, mels=20, fmin=50, fmax=3500,
                        kind='rect',
                        pad='reflect', power=1, scale='htk', norm='slaney', log='log10', eps=1e-8)
    cases['energies'] = dict(rate=16000, n_fft=262, win=262, hop=131, mels=16, fmin=100,
                             kind='hamming',
                             periodic=False, pad='zero', scale='kaldi', norm='slaney', log='none')
    for name, options in cases.items():
        y = sound(options['rate'] * 3 // 10 + 1)
        x = module.mel_spectrogram(y, **options)
        np.save(f'{folder}/features_{name}.npy', x)
        print(name, x.shape, x.min(), x.max())


main(*sys.argv[1:])
