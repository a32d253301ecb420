#!/usr/bin/env python3
"""Writes tests/vectors/metrics.txt: figures of merit of random scores with many ties, by an independent implementation.

usage: metrics.py REFERENCE.py [OUTPUT.txt]

REFERENCE.py defines gap(scores, labels, k), hit_at_1, perr, class_wise_accuracy and log_loss.  A case is a line `case NAME
EXAMPLES CLASSES`, a line of scores and labels (0 or 1) an example, a line `truth` with a class an example, and lines of a
figure's name and value."""
import importlib.util
import os
import sys

import numpy as np

# name, examples, classes, decimals of the scores, share of labels
CASES = [('few classes', 40, 3, 1, 0.4), ('many classes', 25, 60, 2, 0.06), ('all tied', 12, 25, 0, 0.2),
         ('one example', 1, 30, 1, 0.3), ('one class', 9, 1, 2, 0.6), ('coarse', 60, 24, 1, 0.15)]


def calibration(scores, truth, bins=15):
    """Expected calibration error (Guo et al. 2017, Eq. 5): bins (m - 1, m] / 15 of the highest score."""
    confidence, right = scores.max(1), scores.argmax(1) == truth
    place = np.digitize(confidence, np.arange(1, bins) / bins, right=True)
    return sum(abs(right[place == b].mean() - confidence[place == b].mean()) * np.mean(place == b)
               for b in range(bins) if np.any(place == b))


def mean_average_precision(scores, labels, k):
    """MAP@K: of each class with labels, the precision at each of its labels among the k examples of the highest scores."""
    values = []
    for s, l in zip(scores.T, labels.T):
        if l.sum():
            right = l[np.argsort(-s, kind='stable')[:k]]
            values.append((np.cumsum(right) / np.arange(1, len(right) + 1) * right).sum() / l.sum())
    return np.mean(values)


def main(reference, output):
    spec = importlib.util.spec_from_file_location('reference', reference)
    r = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(r)
    with open(output, 'w') as out:
        for seed, (name, examples, classes, decimals, share) in enumerate(CASES):
            random = np.random.RandomState(seed)
            scores = random.rand(examples, classes).round(decimals)
            labels = (random.rand(examples, classes) < share).astype(int)
            labels[0, classes // 2] = 1         # one label at least
            predicted = scores.argmax(1)
            truth = np.where(random.rand(examples) < 0.6, predicted, random.randint(classes, size=examples))
            print(f'case {name.replace(" ", "-")} {examples} {classes}', file=out)
            for s, l in zip(scores, labels):
                print(*[f'{x:g}' for x in s], *l, file=out)
            print('truth', *truth, file=out)
            figures = [('accuracy', np.mean(predicted == truth)),
                       ('class-wise-accuracy', r.class_wise_accuracy(predicted, truth, classes)),
                       ('log-loss', r.log_loss(scores, truth)), ('hit@1', r.hit_at_1(scores, labels)),
                       ('perr', r.perr(scores, labels)), ('calibration', calibration(scores, truth))]
            figures += [(f'gap@{k}', r.gap(scores, labels, k)) for k in (1, 5, 20)]
            figures += [(f'map@{k}', mean_average_precision(scores, labels, k)) for k in (5, 1000)]
            for figure, value in figures:
                print(figure, repr(float(value)), file=out)


main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else
     os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'vectors', 'metrics.txt'))
