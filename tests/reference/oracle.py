#!/usr/bin/env python3
"""Writes tests/oracle/NAME.*: what PyTorch computes for small_cnn.asc in float64, from the reference networks.

usage: oracle.py FOLDER_OF_NETWORKS_PY [OUTPUT_FOLDER]

For each network: NAME.weights.safetensors (initial weights, names and axes as ascc's), NAME.input.npy [N, 1, freq, time],
NAME.target.npy [N, class], NAME.expected.safetensors: `output` and `loss` of the training mode, `grad.WEIGHT`, and the
weights after ten steps of SGD as `after.WEIGHT`.  Inputs are drawn until no ReLU or max lies nearer than 2e-4 to its
kink, so that single precision can be compared too."""
import json, os, struct, sys
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, sys.argv[1])
from networks import FreqBatchNorm, DenseMoE

CLASSES, FREQ, TIME, BATCH, UNITS, FILTERS, MARGIN = 10, 16, 13, 3, 12, [8, 16], 2e-4


def network(blocks, experts):
    """networks.cnn() with fewer filters and units."""
    layers, names, c, f = [], [], 1, FREQ
    for i, n in enumerate(FILTERS):
        for b in range(blocks):
            f += 2
            layers += [nn.ZeroPad2d(1), FreqBatchNorm(f), nn.Conv2d(c, n, 3, padding=1), nn.ReLU()]
            names.append(f'{"ab"[i]}.stage.block{"" if b == 0 else b + 1}')
            c = n
        if i == 0:
            layers.append(nn.MaxPool2d(3, 3))
            f //= 3
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), DenseMoE(c, UNITS, experts), nn.Linear(UNITS, CLASSES)]
    return nn.Sequential(*layers).double(), names


def tensors(net, names, experts, of):
    """Every parameter and running statistic under ascc's name, with ascc's axes; of(parameter) is what is taken."""
    out, block = {}, iter(names)
    for m in net:
        if isinstance(m, FreqBatchNorm):
            at = next(block)
            out[f'{at}.batchnorm.scale'], out[f'{at}.batchnorm.shift'] = of(m.bn.weight), of(m.bn.bias)
            out[f'{at}.batchnorm.mean'], out[f'{at}.batchnorm.variance'] = of(m.bn.running_mean), of(m.bn.running_var)
        elif isinstance(m, nn.Conv2d):
            w = of(m.weight)
            out[f'{at}.conv.weight'] = None if w is None else w.permute(2, 3, 1, 0)
            out[f'{at}.conv.bias'] = of(m.bias)
        elif isinstance(m, DenseMoE):
            w, b = of(m.expert.weight), of(m.expert.bias)
            out['moe.e.dense.weight'] = None if w is None else w.view(experts, UNITS, -1).permute(2, 0, 1)
            out['moe.e.dense.bias'] = None if b is None else b.view(experts, UNITS)
            w = of(m.gate.weight)
            out['moe.g.dense.weight'], out['moe.g.dense.bias'] = None if w is None else w.t(), of(m.gate.bias)
        elif isinstance(m, nn.Linear):
            w = of(m.weight)
            out['dense.weight'], out['dense.bias'] = None if w is None else w.t(), of(m.bias)
    return {k: v.detach().contiguous().numpy().copy() for k, v in out.items() if v is not None}


def nearest_kink(net, x):
    """Distance of the nearest ReLU to 0 and of the nearest runner-up of a max to its maximum (in absolute terms)."""
    least = 1e9
    for m in net:
        before, x = x, m(x)
        if isinstance(m, nn.ReLU):
            least = min(least, before.abs().min().item())
        elif isinstance(m, nn.MaxPool2d):
            top = F.unfold(before.flatten(0, 1)[:, None], 3, stride=3).topk(2, 1).values
            gap = (top[:, 0] - top[:, 1])[top[:, 0] > 0]
            least = min(least, gap.min().item() if len(gap) else 1e9)
        elif isinstance(m, DenseMoE):
            least = min(least, m.expert(before).abs().min().item())
    return least


def write_safetensors(path, tensors):
    header, data = {}, b''
    for name, a in tensors.items():
        a = np.asarray(a, '<f8')
        header[name] = {'dtype': 'F64', 'shape': list(a.shape), 'data_offsets': [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + data)


def write(folder, name, blocks, experts):
    for seed in range(10000):
        torch.manual_seed(seed)
        net, names = network(blocks, experts)
        for m in net:
            if isinstance(m, FreqBatchNorm):
                m.bn.weight.data = 1 + 0.2 * torch.randn_like(m.bn.weight)
                m.bn.bias.data = 0.2 * torch.randn_like(m.bn.bias)
        for p in net.parameters():          # what both precisions can hold
            p.data = p.data.float().double()
        x = torch.randn(BATCH, 1, FREQ, TIME).double()
        if nearest_kink(net, x) > MARGIN:
            break
    for m in net:                           # the search ran in training mode
        if isinstance(m, FreqBatchNorm):
            m.bn.reset_running_stats()
    target = torch.softmax(3 * torch.randn(BATCH, CLASSES).double(), 1).float().double()
    path = os.path.join(folder, name)
    np.save(f'{path}.input.npy', x.numpy())
    np.save(f'{path}.target.npy', target.numpy())
    write_safetensors(f'{path}.weights.safetensors', tensors(net, names, experts, lambda p: p))
    expected, optimizer = {}, torch.optim.SGD(net.parameters(), 0.01)
    for step in range(10):
        logits = net(x)
        loss = -(target * F.log_softmax(logits, 1)).sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            expected['output'], expected['loss'] = F.softmax(logits, 1).detach().numpy(), np.array(loss.item())
            expected.update({f'grad.{k}': v for k, v in tensors(net, names, experts, lambda p: p.grad).items()})
        optimizer.step()
    expected.update({f'after.{k}': v for k, v in tensors(net, names, experts, lambda p: p).items()})
    write_safetensors(f'{path}.expected.safetensors', expected)
    print(f'{name}: seed {seed}, nearest kink above {MARGIN}')


folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'oracle')
write(folder, 's2cnn', 1, 2)
write(folder, 'db2cnn', 2, 3)
