#!/usr/bin/env python3
"""Writes tests/trajectory/NAME.*: how the networks of the reference train in PyTorch, in float64, for 50 steps.

usage: trajectory.py FOLDER_OF_NETWORKS_PY [OUTPUT_FOLDER]

For each network of networks.py at a small size (paper_cnn.asc, paper_ecnn.asc, paper_lstm.asc, paper_moe.asc):
NAME.input.npy and NAME.target.npy, NAME.random.safetensors with the pinned random numbers: `random.N`, uniform numbers
of the N-th dropout, and for the CNNs `mixup.lambda` [steps] and `mixup.partner` [steps, examples];
NAME.weights.safetensors, and NAME.expected.safetensors: `output` and `grad.WEIGHT` of the first step, `loss` [steps], and
the weights after the last one as `after.WEIGHT`.  Inputs are drawn until no ReLU or max of the first step lies nearer
than MARGIN to its kink, so that single precision can be compared too; `kink` is how near the nearest one is."""
import os, sys
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, sys.argv[1])
import networks
from kinks import Kinks, MARGIN
from safetensors_file import write_safetensors

STEPS, CLASSES, L2 = 50, 10, 1e-4
FREQ, TIME = 16, 13                                                 # of the CNNs
SCENES, FRAMES, FEATURES, CELLS, ATTENTION, UNITS = 5, 7, 6, 8, 4, 12   # of the LSTMs
DEPTHS = {2: 'ad', 3: 'acd', 4: 'abcd'}
FILTERS = {'a': 4, 'b': 5, 'c': 6, 'd': 8}


class PinnedDropout(nn.Module):
    def __init__(self, random, rate):
        super().__init__()
        self.random, self.rate = random, rate

    def forward(self, x):
        return x * (self.random >= self.rate) / (1 - self.rate)


# ---- parameters by ascc's names: (name, parameter or buffer, from PyTorch's axes to ascc's)

def same(w):
    return w


def dense(path, m, weight=lambda w: w.t(), bias=same):
    yield f'{path}.weight', m.weight, weight
    if m.bias is not None:
        yield f'{path}.bias', m.bias, bias


def batchnorm(path, m):
    for name, of in ('scale', m.bn.weight), ('shift', m.bn.bias), ('mean', m.bn.running_mean), ('variance', m.bn.running_var):
        yield f'{path}.{name}', of, same


def dense_moe(path, m):
    yield from dense(f'{path}.g.dense', m.gate)
    yield from dense(f'{path}.e.dense', m.expert, lambda w: w.view(m.experts, m.units, -1).permute(2, 0, 1),
                     lambda b: b.view(m.experts, m.units))


def conv_moe(path, m):
    f, k = m.filters, m.experts
    yield from dense(f'{path}.g.dense', m.gate, lambda w: w.view(f, k, -1).permute(2, 0, 1), lambda b: b.view(f, k))
    yield from dense(f'{path}.e.conv', m.conv, lambda w: w.view(f, k, *w.shape[1:]).permute(3, 4, 2, 0, 1),
                     lambda b: b.view(f, k))


def cnn_names(net, depth, blocks):
    at = iter(f'{stage}.stage.block{b}' for stage in DEPTHS[depth] for b in ['', '2'][:blocks])
    for m in net:
        if isinstance(m, networks.FreqBatchNorm):
            path = next(at)
            yield from batchnorm(f'{path}.batchnorm', m)
        elif isinstance(m, nn.Conv2d):
            yield from dense(f'{path}.conv', m, lambda w: w.permute(2, 3, 1, 0))
        elif isinstance(m, networks.DenseMoE):
            yield from dense_moe('e.moe', m)
        elif isinstance(m, nn.Sequential):
            yield from dense('e.dense', m[0])
        elif isinstance(m, nn.Linear):
            yield from dense('dense', m)


def ecnn_names(net):
    yield from batchnorm('batchnorm', net[1])
    yield from conv_moe('conv_moe', net[2])
    yield from batchnorm('batchnorm2', net[5])
    yield from conv_moe('conv_moe2', net[6])
    yield from dense('dense', net[9])
    yield from dense('dense2', net[11])


def gates(path, parts):
    """Linear maps that ascc holds in one: [in, gate, feature]."""
    yield f'{path}.weight', [m.weight for m in parts], lambda w: torch.stack([x.t() for x in w], 1)
    yield f'{path}.bias', [m.bias for m in parts], torch.stack


def lstm_names(net):
    cell = net.cell
    temporal, semantic = getattr(cell, 'temporal', False), getattr(cell, 'semantic', False)
    at = 'memory.' + ('ta_' if temporal else '') + ('sa_' if semantic else '') + 'lstm'
    if temporal:
        for name in 'if':
            yield from dense(f'{at}.z{name}.bilinear.linear', getattr(cell, name + 'x'))
            yield from dense(f'{at}.z{name}.bilinear.linear2', getattr(cell, name + 'h'))
        yield f'{at}.ai', cell.a, lambda a: a[0]
        yield f'{at}.af', cell.a, lambda a: a[1]
    if semantic:
        yield from dense(f'{at}.m.novelty.a.dense', cell.assign)
        yield from dense(f'{at}.m.novelty.linear', cell.wx)
        yield f'{at}.m.novelty.codebook', cell.codebook, same
    if temporal and semantic:
        yield from dense(f'{at}.o.dense', cell.o)
    elif temporal:
        yield from gates(f'{at}.dense', [cell.o, cell.m])
    elif semantic:
        yield from gates(f'{at}.dense', [cell.i, cell.f, cell.o])
    else:
        yield from dense(f'{at}.dense', cell.gates, lambda w: w.view(4, CELLS, -1).permute(2, 0, 1),
                         lambda b: b.view(4, CELLS))
    for path, m in zip(('hidden.dense', 'hidden2.dense', 'dense'), (net.head[0], net.head[3], net.head[6])):
        yield from dense(path, m)


def moe_names(net):
    k, m = net.classes, net.mixtures
    yield from dense('logistic_moe.g.linear', net.gate, lambda w: w.view(k, m + 1, -1).permute(2, 0, 1))
    yield from dense('logistic_moe.e.dense', net.expert, lambda w: w.view(k, m, -1).permute(2, 0, 1), lambda b: b.view(k, m))


def collect(names, prefix='', of=same):
    out = {}
    for name, p, layout in names:
        taken = [of(x) for x in p] if isinstance(p, list) else of(p)
        if taken is not None and not (isinstance(taken, list) and None in taken):
            out[prefix + name] = layout(taken).detach().contiguous().numpy().copy()
    return out


# ---- training

def cross_entropy(logits, target):
    return -(target * F.log_softmax(logits, 1)).sum(1).mean()


def binary_cross_entropy(p, target):
    return -(target * torch.log(p + 1e-5) + (1 - target) * torch.log(1 - p + 1e-5)).sum(1).mean()


def train(net, names, x, target, loss_of, optimizer, decays, mixup):
    """The expected tensors of 50 steps; decays: parameters under L2; mixup: (lambdas, partners) or None."""
    expected, losses = {}, []
    for step in range(STEPS):
        xs, ys = x, target
        if mixup:
            at, partner = mixup[0][step], mixup[1][step]
            xs, ys = at * x + (1 - at) * x[partner], at * target + (1 - at) * target[partner]
        y = net(xs)
        loss = loss_of(y, ys)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            output = y if loss_of is binary_cross_entropy else F.softmax(y, 1)
            expected['output'] = output.detach().numpy()
            expected.update(collect(names(), 'grad.', lambda p: p.grad))
        for p in decays:
            p.grad += 2 * L2 * p.detach()
        optimizer.step()
    expected['loss'] = np.array(losses)
    expected.update(collect(names(), 'after.'))
    return expected


def draw(make, size, first_input):
    """A network and an input that keep off the kinks; `first_input` makes the first step's input of it."""
    for seed in range(100000):
        torch.manual_seed(seed)
        net = make().double()
        for p in net.parameters():          # what both precisions can hold
            p.data = p.data.float().double()
        x = torch.randn(*size).double()
        with Kinks() as kinks, torch.no_grad():
            net(first_input(x))
        if kinks.least > MARGIN:
            break
    else:
        sys.exit('no input keeps off the kinks')
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.reset_running_stats()
    return net, x, seed, kinks.least


def write(name, make, names, size, loss_of, adam=False, mixed=False):
    lambdas = np.random.RandomState(1).beta(0.2, 0.2, STEPS).astype('f4').astype('f8')
    partners = np.stack([np.random.RandomState(100 + s).permutation(size[0]) for s in range(STEPS)])
    at, partner = (lambdas[0], partners[0]) if mixed else (1, range(size[0]))
    net, x, seed, kink = draw(make, size, lambda x: at * x + (1 - at) * x[partner])
    random = {f'random.{n}': m.random.numpy() for n, m in
              enumerate(m for m in net.modules() if isinstance(m, PinnedDropout))}
    if mixed:
        random.update({'mixup.lambda': lambdas, 'mixup.partner': partners})
    probe = net(x)
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.reset_running_stats()
    target = torch.softmax(3 * torch.randn(*probe.shape).double(), 1).float().double()
    path = os.path.join(folder, name)
    np.save(f'{path}.input.npy', x.numpy())
    np.save(f'{path}.target.npy', target.numpy())
    write_safetensors(f'{path}.weights.safetensors', collect(names(net)))
    if random:
        write_safetensors(f'{path}.random.safetensors', random)
    decays = [p for n, p in net.named_parameters() if n.endswith(('weight', 'codebook'))] if adam else []
    optimizer = torch.optim.Adam(net.parameters(), 0.001) if adam else torch.optim.SGD(net.parameters(), 0.01)
    expected = train(net, lambda: names(net), x, target, loss_of, optimizer, decays, (lambdas, partners) if mixed else None)
    expected['kink'] = np.array(kink)
    write_safetensors(f'{path}.expected.safetensors', expected)
    print(f'{name}: seed {seed}, nearest kink {kink:.2g}, loss {expected["loss"][0]:.4f} to {expected["loss"][-1]:.4f}')


def make_cnn(depth, blocks, experts):
    net = networks.cnn([FILTERS[s] for s in DEPTHS[depth]], blocks == 2, experts, CLASSES, FREQ)
    for m in net:
        if isinstance(m, networks.FreqBatchNorm):
            m.bn.weight.data = 1 + 0.2 * torch.randn_like(m.bn.weight)
            m.bn.bias.data = 0.2 * torch.randn_like(m.bn.bias)
    return net


def make_ecnn():
    return nn.Sequential(
        nn.ZeroPad2d(1), networks.FreqBatchNorm(12), networks.ConvMoE(1, 4, 3, 12, 10), nn.MaxPool2d(3, 3),
        nn.ZeroPad2d(1), networks.FreqBatchNorm(6), networks.ConvMoE(4, 5, 3, 6, 5),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, UNITS), nn.ReLU(), nn.Linear(UNITS, CLASSES))


def make_lstm(temporal, semantic, batch):
    net = networks.SequenceClassifier(FEATURES, CELLS, SCENES, temporal, semantic, ATTENTION)
    masks = [PinnedDropout(torch.rand(batch, UNITS).double(), 0.5) for _ in range(2)]
    net.head = nn.Sequential(nn.Linear(CELLS, UNITS), nn.ReLU(), masks[0], nn.Linear(UNITS, UNITS), nn.ReLU(), masks[1],
                             nn.Linear(UNITS, SCENES))
    if temporal:
        net.cell.a.data = 1 + 0.2 * torch.randn(2)
    return net


folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'trajectory')
os.makedirs(folder, exist_ok=True)
torch.set_num_threads(1)
for depth in 2, 3, 4:
    for blocks in 1, 2:
        experts = 0 if (depth, blocks) == (3, 1) else 2
        write(f'{["s", "db"][blocks - 1]}{depth}cnn', lambda: make_cnn(depth, blocks, experts),
              lambda net: cnn_names(net, depth, blocks), (3, 1, FREQ, TIME), cross_entropy, mixed=True)
write('ecnn', make_ecnn, ecnn_names, (3, 1, 10, 8), cross_entropy, mixed=True)
for temporal in False, True:
    for semantic in False, True:
        name = ('ta_' if temporal else '') + ('sa_' if semantic else '') + 'lstm'
        write(name, lambda: make_lstm(temporal, semantic, 3), lstm_names, (3, FRAMES, FEATURES), cross_entropy, adam=True)
write('moe', lambda: networks.LogisticMoE(FEATURES, 4, 3), moe_names, (5, FEATURES), binary_cross_entropy, adam=True)
