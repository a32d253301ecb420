"""PyTorch, the reference networks themselves: `plain`, `channels-last` (CNNs), `compiled`, `traced` and `nn.LSTM` (recurrent networks)."""
from peer import main


def network_of(name):
    """The reference network, the shape of an example, its classes and the optimiser of its paper."""
    import torch
    from networks import SequenceClassifier, ecnn, paper_cnn
    torch.manual_seed(1)
    adam = lambda p: torch.optim.Adam(p, 1e-3)
    sgd = lambda p: torch.optim.SGD(p, 0.01)
    if name == 'ecnn':
        return ecnn(), (1, 128, 100), 10, sgd
    if name.endswith('cnn'):
        return paper_cnn(name[:-3], 15), (1, 128, 100), 10, sgd
    attention = {'lstm': (False, False), 'ta': (True, False), 'sa': (False, True), 'ta_sa': (True, True)}
    temporal, semantic = attention[name]
    return SequenceClassifier(temporal=temporal, semantic=semantic), (100, 64), 19, adam


def fused_lstm():
    """The classifier on nn.LSTM, which runs all steps in one call."""
    import torch.nn as nn
    from networks import SequenceClassifier

    class FusedLstm(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = nn.LSTM(64, 128, batch_first=True)
            self.head = SequenceClassifier().head

        def forward(self, x):
            return self.head(self.cell(x)[0][:, -1])
    return FusedLstm()


def make_sides(name, way, batch, threads):
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    image = name.endswith('cnn')
    if (way == 'channels-last' and not image) or (way == 'traced' and image) or (way == 'nn.LSTM' and name != 'lstm'):
        raise LookupError(f'{way} is not for {name}')
    net, shape, classes, optimizer_of = network_of(name)
    if way == 'nn.LSTM':
        net = fused_lstm()
    x = torch.randn(batch, *shape)
    y = torch.randint(0, classes, (batch,))
    if way == 'channels-last':
        net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    optimizer = optimizer_of(net.parameters())
    run = net
    if way == 'compiled':
        run = torch.compile(net, dynamic=False)
    elif way == 'traced':
        run = torch.jit.trace(net, x, check_trace=False)

    def step():
        net.train()
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(run(x), y).backward()
        optimizer.step()

    def infer(x):
        net.eval()
        with torch.no_grad() if way == 'traced' else torch.inference_mode():
            run(x)
    sides = {'train_step_ms': step, 'infer_ms': lambda: infer(x)}
    if way != 'traced':                         # it was traced with the batch
        one = x[:1].clone(memory_format=torch.preserve_format)
        sides['infer1_ms'] = lambda: infer(one)
    return f'PyTorch {torch.__version__}', sides


if __name__ == '__main__':
    main(make_sides)
