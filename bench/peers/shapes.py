"""One layer in PyTorch, for bench/shapes: `shapes.py SHAPE_AS_JSON THREADS` prints its name, then, for each line on standard
input, the least milliseconds of the forward pass and of forward with both gradients, in the better of both layouts."""
import json, sys, time

import torch
import torch.nn.functional as F

shape, threads = json.loads(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.set_flush_denormal(True)


def sides():
    """Input, weight and the layer itself, for each layout."""
    if shape['kind'] == 'dense':
        yield torch.randn(shape['batch'], shape['ins']), torch.randn(shape['outs'], shape['ins']), F.linear
        return
    x = torch.randn(shape['batch'], shape['ins'], shape['freq'], shape['time'])
    w = torch.randn(shape['outs'], shape['ins'] // shape['groups'], *shape['kernel'])
    padding = [(size - 1) * shape['dilation'] // 2 for size in shape['kernel']]
    for layout in torch.contiguous_format, torch.channels_last:
        yield (x.to(memory_format=layout), w.to(memory_format=layout),
               lambda x, w: F.conv2d(x, w, None, shape['stride'], padding, shape['dilation'], shape['groups']))


def least(run, seconds=0.3):
    run()
    best, begun = 1e9, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return 1e3 * best


def measure(x, w, layer):
    with torch.inference_mode():
        forward = least(lambda: layer(x, w))
    x, w = x.clone().requires_grad_(), w.clone().requires_grad_()
    dy = torch.randn_like(layer(x, w))

    def step():
        x.grad = w.grad = None
        layer(x, w).backward(dy)
    return {'forward_ms': forward, 'training_ms': least(step)}


print(json.dumps({'name': f'PyTorch {torch.__version__}'}), flush=True)
ways = list(sides())
for _ in sys.stdin:
    found = [measure(*way) for way in ways]
    print(json.dumps({key: min(f[key] for f in found) for key in found[0]}), flush=True)
