#!/usr/bin/env python3
"""Writes tests/vectors/updates.safetensors: what PyTorch's optimisers make of given gradients, in float64.

`start` [10], a weight of 7 and a bias of 3 in a row, `gradient` [steps, 10], and for each case of tests/check_updates.c
the weights and biases after all steps, `CASE` [10].  Only the weight decays, as ascc's AdamW does with biases.

usage: updates.py [OUTPUT_FILE]"""
import os, sys
import numpy as np
import torch
from safetensors_file import write_safetensors

STEPS, WEIGHTS, BIASES = 12, 7, 3
CASES = {
    'sgd': (torch.optim.SGD, dict(lr=0.1), 0),
    'momentum': (torch.optim.SGD, dict(lr=0.1, momentum=0.9), 0),
    'nesterov': (torch.optim.SGD, dict(lr=0.1, momentum=0.8, nesterov=True), 0),
    'adam': (torch.optim.Adam, dict(lr=0.02, betas=(0.8, 0.95), eps=1e-6), 0),
    'adamw': (torch.optim.AdamW, dict(lr=0.02, betas=(0.9, 0.999), eps=1e-8), 0.3),
    'rmsprop': (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-7), 0),
    'rmsprop_momentum': (torch.optim.RMSprop, dict(lr=0.01, alpha=0.99, eps=1e-8, momentum=0.7), 0),
    'clip_norm': (torch.optim.SGD, dict(lr=0.1), 0),
    'clip_variable': (torch.optim.SGD, dict(lr=0.1), 0),
    'clip_value': (torch.optim.SGD, dict(lr=0.1), 0),
    'step': (torch.optim.SGD, dict(lr=0.1), 0),
    'exponential': (torch.optim.SGD, dict(lr=0.1), 0),
    'cosine': (torch.optim.SGD, dict(lr=0.1), 0),
}
SCHEDULES = {
    'step': lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.5),
    'exponential': lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.8),
    'cosine': lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, STEPS, eta_min=0.01),
}


def clip_norm(parameters, limit):
    """torch.nn.utils.clip_grad_norm_ without the 1e-6 that it adds to the norm."""
    norm = torch.linalg.vector_norm(torch.cat([p.grad for p in parameters]))
    for p in parameters:
        p.grad *= min(1, limit / norm)


def clip(case, weight, bias):
    if case == 'clip_norm':
        clip_norm([weight, bias], 1.5)
    elif case == 'clip_variable':
        clip_norm([weight], 1.0)
        clip_norm([bias], 1.0)
    elif case == 'clip_value':
        torch.nn.utils.clip_grad_value_([weight, bias], 0.4)


def train(case, start, gradients):
    kind, options, decay = CASES[case]
    weight = torch.nn.Parameter(torch.tensor(start[:WEIGHTS]))
    bias = torch.nn.Parameter(torch.tensor(start[WEIGHTS:]))
    groups = [dict(params=[weight], weight_decay=decay), dict(params=[bias], weight_decay=0.0)]
    optimizer = kind(groups, **options)
    schedule = SCHEDULES[case](optimizer) if case in SCHEDULES else None
    for gradient in gradients:
        weight.grad = torch.tensor(gradient[:WEIGHTS])
        bias.grad = torch.tensor(gradient[WEIGHTS:])
        clip(case, weight, bias)
        optimizer.step()
        if schedule:
            schedule.step()
    return np.concatenate([weight.detach().numpy(), bias.detach().numpy()])


def main():
    random = np.random.default_rng(7)
    start = random.normal(size=WEIGHTS + BIASES)
    gradients = random.normal(size=(STEPS, WEIGHTS + BIASES)) * np.linspace(0.1, 1.5, STEPS)[:, None]
    tensors = {'start': start, 'gradient': gradients}
    for case in CASES:
        tensors[case] = train(case, start, gradients)
    here = os.path.dirname(os.path.abspath(__file__))
    write_safetensors(sys.argv[1] if len(sys.argv) > 1 else f'{here}/../vectors/updates.safetensors', tensors)


main()
