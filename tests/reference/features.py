"""Makes tests/vectors/features_*.npy and tests/features/cases: what a reference implementation makes of a generated sound.

    python3 tests/reference/features.py REFERENCE.py tests

REFERENCE.py defines PRESETS, mel_spectrogram(y, rate, **options) -> (frames, mels), deltas, dct and
nearest_neighbour_filter.  tests/sound_file.c makes the same sound, tests/features/all.asc has the same options.
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


MEL = {
    'panns': dict(rate=32000, n_fft=1024, win=1024, hop=320, mels=64, fmin=50, fmax=14000, pad='reflect'),
    'odd': dict(rate=8000, n_fft=375, win=300, hop=77, mels=20, fmin=50, fmax=3500, kind='rect', pad='reflect', power=1,
                scale='htk', norm='slaney', log='log10', eps=1e-8),
    'energies': dict(rate=16000, n_fft=262, win=262, hop=131, mels=16, fmin=100, kind='hamming', periodic=False,
                     pad='zero', scale='kaldi', norm='slaney', log='none'),
    'prime': dict(rate=8000, n_fft=331, win=331, hop=100, mels=20, scale='htk', log='none'),
    'symmetric': dict(rate=8000, n_fft=405, win=400, hop=160, mels=12, periodic=False, pad='none', power=1,
                      scale='kaldi', norm=None, log='ln', floor='add', eps=1e-6),
    'snipped': dict(rate=16000, n_fft=512, win=320, hop=160, mels=20, fmin=20, fmax=7000, kind='rect', pad='none',
                    scale='htk', norm=None, triangles='mel', remove_dc=True),
}


def neighbours(x, k, width):
    """librosa's nn_filter, aggregate = mean, metric = cosine: frames closer than `width` do not count."""
    norm = np.linalg.norm(x, axis=1)
    d = 1 - x @ x.T / norm[:, None] / norm[None]
    t = np.arange(len(x))
    d[np.abs(t[:, None] - t[None]) < width] = np.inf
    return np.stack([x[np.argsort(row, kind='stable')[:k]].mean(0) for row in d])


def slide(x, kernel, before, dilation=1, edges='constant'):
    """Correlation over time; `before` frames are put in front, and as many behind as keep the length."""
    span = (len(kernel) - 1) * dilation
    p = np.pad(x, ((before, span - before), (0, 0)), mode=edges)
    return sum(w * p[j * dilation:j * dilation + len(x)] for j, w in enumerate(kernel))


def across(a):
    kernel = [1, 2, 3, 4]
    return np.concatenate([slide(a, kernel, 1), slide(a, kernel, 3), slide(a, kernel, 4, 3, 'edge'), a - a.mean(0),
                           a / np.abs(a).max() + a.sum(0)], 1)


WINDOWS = {
    'blackman': np.blackman(65)[:64],
    'bartlett': np.pad(np.bartlett(50), 7),
    'harris': np.cos(2 * np.pi * np.arange(64)[:, None] / 64 * np.arange(4)) @ [.35875, -.48829, .14128, -.01168],
}


def resample(y, old, new):
    """torchaudio.functional.resample with its defaults, in double precision: a bank of `new` filters, `old` samples apart."""
    common = np.gcd(old, new)
    old, new = old // common, new // common
    base = min(old, new) * .99
    width = int(np.ceil(6 * old / base))
    t = (np.arange(0, -new, -1)[:, None] / new + np.arange(-width, width + old) / old) * base
    t = np.clip(t, -6, 6)
    bank = np.sinc(t) * np.cos(t * np.pi / 12) ** 2 * base / old
    x = np.pad(y, (width, width + old))
    blocks = np.lib.stride_tricks.sliding_window_view(x, bank.shape[1])[::old]
    return (blocks @ bank.T).ravel()[:int(np.ceil(new * len(y) / old))]


def framewise(a):
    low = a[:, :16]
    e = np.exp(low - low.max(1, keepdims=True))
    padded = np.pad(low, ((0, 0), (2, 2)))[:, :20]
    return np.concatenate([a.reshape(len(a), 16, 2).max(2), a.reshape(len(a), 16, 2).sum(2), low[:, ::-1],
                           e / e.sum(1, keepdims=True), padded, low * a.mean(1, keepdims=True)], 1)


def print_rounding(r):
    """What single precision can do for seven samples: the samples under the window are rounded, all else is exact."""
    w = r.mel_filters(16000, 400, 128, scale='htk', norm=None).T
    x = r.frames(sound(7), 400, 200, 'reflect') * r.window('hann', 400)
    exact, rounded = (10 * np.log10(np.maximum(np.abs(np.fft.rfft(v)) ** 2 @ w, 1e-10))
                      for v in (x, x.astype(np.float32).astype(float)))
    ratio = 10 * np.log10((exact ** 2).sum() / ((rounded - exact) ** 2).sum())
    print(f'tiny with the samples under the window rounded to float32: {ratio:.1f} dB')


def main(reference, folder):
    spec = importlib.util.spec_from_file_location('reference', reference)
    r = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(r)
    cases = {name: (options['rate'], options['rate'] * 3 // 10 + 1, lambda y, o=options: r.mel_spectrogram(y, **o))
             for name, options in {**r.PRESETS, **MEL}.items()}
    small = dict(r.PRESETS['torchaudio'], mels=32)
    base = dict(rate=44100, n_fft=2048, win=2048, hop=882, mels=40, kind='hamming')

    def torchaudio(y):
        return r.mel_spectrogram(y, **small)

    def mfcc(y):
        m = r.dct(r.mel_spectrogram(y, **base), 20)
        return np.concatenate([m, r.deltas(m), r.deltas(r.deltas(m))], 1)

    def filtered(y):
        a = torchaudio(y)
        return np.concatenate([r.nearest_neighbour_filter(a), r.nearest_neighbour_filter(a, 'median'),
                               neighbours(a, 3, 5)], 1)

    def bins(y):
        f = r.frames(y, 64, 32, 'zero')
        return np.abs(np.fft.rfft(f * r.window('hann', 64)))

    cases['one_frame'] = 22050, 1124, cases['attention'][2]
    cases['tiny'] = 16000, 7, cases['torchaudio'][2]
    cases['mfcc'] = 44100, 13231, mfcc
    cases['filtered'] = 16000, 12001, filtered
    cases['across'] = 16000, 4801, lambda y: across(torchaudio(y))
    cases['framewise'] = 16000, 4801, lambda y: framewise(torchaudio(y))
    cases['bins'] = 8000, 2401, bins
    for name, window in WINDOWS.items():
        cases[name] = 8000, 2401, lambda y, w=window: np.abs(np.fft.rfft(r.frames(y, 64, 32, 'zero') * w)) ** 2
    cases['sinc_down'] = 44100, 4801, lambda y: 2 * resample(y, 44100, 16000)[:, None]
    cases['sinc_up'] = 22050, 1601, lambda y: 2 * resample(y, 22050, 32000)[:, None]
    cases['waves'] = 8000, 2401, lambda y: 2 * y[:, None]
    print_rounding(r)
    with open(f'{folder}/features/cases', 'w') as table:
        for name, (rate, count, make) in cases.items():
            x = make(sound(count))
            np.save(f'{folder}/vectors/features_{name}.npy', x)
            print(name, rate, count, *['amplitudes'] * (name == 'tiny'), file=table)
            print(name, x.shape, x.min(), x.max())


main(*sys.argv[1:])
