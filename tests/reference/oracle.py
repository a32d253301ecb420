#!/usr/bin/env python3
"""Writes tests/oracle/NAME.*: what PyTorch computes for small_cnn.asc, small_lstm.asc and models/youtube8m.asc (with
small params, see oracle.sh) in float64, from the reference networks.

usage: oracle.py FOLDER_OF_NETWORKS_PY [OUTPUT_FOLDER]

For each network: NAME.weights.safetensors (initial weights, names and axes as ascc's), NAME.input.npy [N, 1, freq, time]
or [N, time, feature],
NAME.target.npy [N, class], NAME.expected.safetensors: `output` and `loss` of the training mode, `grad.WEIGHT`, and the
weights after ten steps of the optimiser as `after.WEIGHT`.  Examples of several lengths come with NAME.length.npy [N];
PyTorch computes each alone, without what lies past its end.  Inputs are drawn until no ReLU or max lies nearer than MARGIN to
its kink, so that single precision can be compared too; `kink` is how near the nearest one is."""
import os, sys
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, sys.argv[1])
from kinks import Kinks, MARGIN
from safetensors_file import write_safetensors
from networks import AttentionLstm, FreqBatchNorm, DenseMoE, Lstm, LogisticMoE, SequenceClassifier

CLASSES, FREQ, TIME, BATCH, UNITS, FILTERS = 10, 16, 13, 3, 12, [8, 16]
SCENES, FRAMES, FEATURES, CELLS, ATTENTION = 5, 7, 6, 8, 4          # of the LSTMs
LENGTHS, MIXTURES, L2 = [4, 7, 1], 3, 1e-8                          # of the videos


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
    return arrays(out)


def sequence_network(temporal, semantic):
    """networks.SequenceClassifier() with fewer units in its head."""
    net = SequenceClassifier(FEATURES, CELLS, SCENES, temporal, semantic, ATTENTION)
    net.head = nn.Sequential(nn.Linear(CELLS, UNITS), nn.ReLU(), nn.Linear(UNITS, UNITS), nn.ReLU(),
                             nn.Linear(UNITS, SCENES))
    if temporal:
        net.cell.a.data = 1 + 0.2 * torch.randn(2)
    return net.double()


class VideoClassifier(nn.Module):
    """models/youtube8m.asc: frames of videos [N, time, feature] of `lengths` -> probabilities of labels."""

    def __init__(self, temporal, semantic):
        super().__init__()
        self.cell = AttentionLstm(FEATURES, CELLS, temporal, semantic) if temporal or semantic else Lstm(FEATURES, CELLS)
        self.moe = LogisticMoE(CELLS, SCENES, MIXTURES)

    def forward(self, x):
        videos = []
        for n, length in enumerate(LENGTHS):
            h, g = self.cell(x[n:n + 1, :length])
            videos.append(h[:, -1] if g is None else (F.softmax(g, 1).unsqueeze(-1) * h).sum(1))
        return self.moe(torch.cat(videos))


def video_tensors(net, of):
    """tensors() of a VideoClassifier."""
    out = cell_tensors(net.cell, of)
    for name, m, mixtures in ('g.linear', net.moe.gate, MIXTURES + 1), ('e.dense', net.moe.expert, MIXTURES):
        w = of(m.weight)
        out[f'logistic_moe.{name}.weight'] = None if w is None else w.view(SCENES, mixtures, -1).permute(2, 0, 1)
        if m.bias is not None:
            b = of(m.bias)
            out[f'logistic_moe.{name}.bias'] = None if b is None else b.view(SCENES, mixtures)
    return arrays(out)


def arrays(out):
    return {k: v.detach().contiguous().numpy().copy() for k, v in out.items() if v is not None}


def cell_tensors(cell, of):
    out = {}
    temporal, semantic = getattr(cell, 'temporal', False), getattr(cell, 'semantic', False)
    at = 'memory.' + ('ta_' if temporal else '') + ('sa_' if semantic else '') + 'lstm'

    def linear(path, m):
        w = of(m.weight)
        out[f'{path}.weight'] = None if w is None else w.t()
        if m.bias is not None:
            out[f'{path}.bias'] = of(m.bias)

    def gates(path, parts):             # [in, gate, feature], as ascc joins them
        w, b = [of(p.weight) for p in parts], [of(p.bias) for p in parts]
        if w[0] is not None:
            out[f'{path}.weight'], out[f'{path}.bias'] = torch.stack([x.t() for x in w], 1), torch.stack(b)

    if temporal:
        for name in 'if':
            linear(f'{at}.z{name}.bilinear.linear', getattr(cell, name + 'x'))
            linear(f'{at}.z{name}.bilinear.linear2', getattr(cell, name + 'h'))
        a = of(cell.a)
        out[f'{at}.ai'], out[f'{at}.af'] = (None, None) if a is None else (a[0], a[1])
    if semantic:
        linear(f'{at}.m.novelty.a.dense', cell.assign)
        linear(f'{at}.m.novelty.linear', cell.wx)
        out[f'{at}.m.novelty.codebook'] = of(cell.codebook)
    if temporal and semantic:
        linear(f'{at}.o.dense', cell.o)
    elif temporal:
        gates(f'{at}.dense', [cell.o, cell.m])
    elif semantic:
        gates(f'{at}.dense', [cell.i, cell.f, cell.o])
    else:
        w, b = of(cell.gates.weight), of(cell.gates.bias)
        out[f'{at}.dense.weight'] = None if w is None else w.view(4, CELLS, -1).permute(2, 0, 1)
        out[f'{at}.dense.bias'] = None if b is None else b.view(4, CELLS)
    return out


def sequence_tensors(net, of):
    """tensors() of a SequenceClassifier."""
    out = cell_tensors(net.cell, of)

    def linear(path, m):
        w = of(m.weight)
        out[f'{path}.weight'], out[f'{path}.bias'] = None if w is None else w.t(), of(m.bias)

    for path, m in zip(('hidden.dense', 'hidden2.dense', 'dense'), (net.head[0], net.head[2], net.head[4])):
        linear(path, m)
    return arrays(out)


class Layers(nn.Module):
    """small_layers.asc"""
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=2, dilation=2, groups=2, bias=False)
        self.c, self.d = nn.Conv2d(4, 4, (1, 3), bias=False), nn.Conv2d(4, 4, 3, groups=4, bias=False)
        self.group, self.layer = nn.GroupNorm(2, 4), nn.LayerNorm(4)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.gru, self.dense = nn.GRU(4, 5, batch_first=True), nn.Linear(5, 5)

    def forward(self, x):
        x = F.silu(self.group(self.b(F.gelu(self.a(x)))))
        x = F.mish(F.elu(F.instance_norm(self.c(F.pad(x, (2, 0))))))
        x = F.softplus(self.d(F.pad(x, (1, 1, 1, 1), mode='replicate')))
        x = F.avg_pool2d(x, 2).mean(2).transpose(1, 2)
        x = self.layer(x)
        x = self.attention(x, x, x, need_weights=False)[0]
        return self.dense(self.gru(x)[0][:, -1])


def layer_tensors(net, of):
    """tensors() of Layers; its GRU has the gates r, z, n, ascc's z, r, m."""
    out = {}

    def put(name, parameter, change):
        w = of(parameter)
        if w is not None and change(w).abs().max() > 1e-12:     # a softmax lets no gradient through to the keys' bias
            out[name] = change(w)

    def same(w): return w
    def kernel(w): return w.permute(2, 3, 1, 0)
    def gates(w): return w.view(3, 5, -1)[[1, 0, 2]].permute(2, 0, 1)
    def biases(w): return w.view(3, 5)[[1, 0, 2]]
    put('a.conv.weight', net.a.weight, kernel), put('a.conv.bias', net.a.bias, same)
    put('b.grouped.w', net.b.weight, lambda w: w.view(2, 2, 2, 3, 3).permute(3, 4, 0, 2, 1))
    put('b.groupnorm.scale', net.group.weight, same), put('b.groupnorm.shift', net.group.bias, same)
    put('c.filter.weight', net.c.weight, lambda w: kernel(w)[0])
    put('d.depthwise.weight', net.d.weight, lambda w: w[:, 0].permute(1, 2, 0))
    put('f.layernorm.scale', net.layer.weight, same), put('f.layernorm.shift', net.layer.bias, same)
    for i, name in enumerate('qkv'):
        path = f'f.multihead.{name}.dense'
        put(f'{path}.weight', net.attention.in_proj_weight, lambda w: w[4 * i:4 * i + 4].view(2, 2, 4).permute(2, 0, 1))
        put(f'{path}.bias', net.attention.in_proj_bias, lambda w: w[4 * i:4 * i + 4].view(2, 2))
    put('f.multihead.dense.weight', net.attention.out_proj.weight, torch.t)
    put('f.multihead.dense.bias', net.attention.out_proj.bias, same)
    for name, end in ('dense', 'ih_l0'), ('dense2', 'hh_l0'):
        put(f'f.gru_after.{name}.weight', getattr(net.gru, f'weight_{end}'), gates)
        put(f'f.gru_after.{name}.bias', getattr(net.gru, f'bias_{end}'), biases)
    put('dense.weight', net.dense.weight, torch.t), put('dense.bias', net.dense.bias, same)
    return {k: v.detach().contiguous().numpy().copy() for k, v in out.items()}


def write_layers(folder):
    torch.manual_seed(1)
    net = Layers().double()
    for p in net.parameters():
        p.data = (p.data + 0.1 * torch.randn_like(p.data)).float().double()
    x = torch.randn(BATCH, 1, 8, 9).float().double()
    record(folder, 'layers', net, x, 5, lambda of: layer_tensors(net, of))
    print('layers')


def nearest_kink(net, x):
    with Kinks() as kinks, torch.no_grad():
        net(x)
    return kinks.least


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
    else:
        sys.exit('no input keeps off the kinks')
    record(folder, name, net, x, CLASSES, lambda of: tensors(net, names, experts, of))
    print(f'{name}: seed {seed}, nearest kink above {MARGIN}')


def write_sequence(folder, name, temporal, semantic):
    for seed in range(10000):
        torch.manual_seed(seed)
        net = sequence_network(temporal, semantic)
        for p in net.parameters():
            p.data = p.data.float().double()
        x = torch.randn(BATCH, FRAMES, FEATURES).double()
        if nearest_kink(net, x) > MARGIN:
            break
    else:
        sys.exit('no input keeps off the kinks')
    record(folder, name, net, x, SCENES, lambda of: sequence_tensors(net, of))
    print(f'{name}: seed {seed}, nearest kink above {MARGIN}')


def write_video(folder, name, temporal, semantic):
    torch.manual_seed(0)
    net = VideoClassifier(temporal, semantic).double()
    if temporal:
        net.cell.a.data = 1 + 0.2 * torch.randn(2)
    for p in net.parameters():
        p.data = p.data.float().double()
    x = torch.randn(BATCH, FRAMES, FEATURES).double()
    for n, length in enumerate(LENGTHS):
        x[n, length:] = 1000 * torch.randn(FRAMES - length, FEATURES)
    target = (torch.rand(BATCH, SCENES) < 0.4).double()
    np.save(os.path.join(folder, f'{name}.length.npy'), np.array(LENGTHS, 'f8'))
    drawn = [p for p in net.parameters() if p.dim() > 1]
    record_steps(folder, name, net, x, target, lambda of: video_tensors(net, of), binary_cross_entropy, lambda p: p,
                 torch.optim.Adam(net.parameters(), 0.001), drawn)


def binary_cross_entropy(p, y):
    return -(y * torch.log(p + 1e-5) + (1 - y) * torch.log(1 - p + 1e-5)).sum(1).mean()


def cross_entropy(logits, target):
    return -(target * F.log_softmax(logits, 1)).sum(1).mean()


def record(folder, name, net, x, classes, collect):
    """Writes the files of one network of logits; collect(of) gives its tensors by name."""
    target = torch.softmax(3 * torch.randn(BATCH, classes).double(), 1).float().double()
    record_steps(folder, name, net, x, target, collect, cross_entropy, lambda logits: F.softmax(logits, 1),
                 torch.optim.SGD(net.parameters(), 0.01))


def record_steps(folder, name, net, x, target, collect, criterion, output, optimizer, decaying=()):
    path = os.path.join(folder, name)
    np.save(f'{path}.input.npy', x.numpy())
    np.save(f'{path}.target.npy', target.numpy())
    expected = {'kink': np.array(nearest_kink(net, x))}
    for m in net.modules():
        if isinstance(m, FreqBatchNorm):    # training mode moved them
            m.bn.reset_running_stats()
    write_safetensors(f'{path}.weights.safetensors', collect(lambda p: p))
    for step in range(10):
        result = net(x)
        loss = criterion(result, target)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            expected['output'], expected['loss'] = output(result).detach().numpy(), np.array(loss.item())
            expected.update({f'grad.{k}': v for k, v in collect(lambda p: p.grad).items()})
        for p in decaying:
            p.grad += 2 * L2 * p.data
        optimizer.step()
    expected.update({f'after.{k}': v for k, v in collect(lambda p: p).items()})
    write_safetensors(f'{path}.expected.safetensors', expected)


folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'oracle')
write_layers(folder)
write(folder, 's2cnn', 1, 2)
write(folder, 'db2cnn', 2, 3)
for temporal in False, True:
    for semantic in False, True:
        name = ('ta_' if temporal else '') + ('sa_' if semantic else '') + 'lstm'
        write_sequence(folder, name, temporal, semantic)
        write_video(folder, 'video_' + name, temporal, semantic)
