#!/usr/bin/env python3
"""Writes tests/exchange/torch.{safetensors,npz}: weights as PyTorch has them, input.npy and output.npy of that network; the same
of an LSTM, and compressed.npz.

usage: exchange.py [OUTPUT_FOLDER]"""
import os, sys
import numpy as np
import torch
import torch.nn as nn
from safetensors_file import write_safetensors


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.depth = nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False)
        self.hidden = nn.Linear(4 * 6, 7)
        self.last = nn.Linear(7, 3)

    def forward(self, x):
        x = torch.relu(self.norm(self.conv(x)))
        x = self.depth(x).mean(3).flatten(1)
        return torch.softmax(self.last(torch.relu(self.hidden(x))), 1)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(6, 4, batch_first=True)
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        return torch.softmax(self.last(self.rnn(x)[0].mean(1)), 1)


def recurrent(folder):
    torch.manual_seed(6)
    net = Recurrent().double()
    x = torch.randn(4, 5, 6, dtype=torch.double)
    np.save(f'{folder}/lstm.input.npy', x.numpy())
    np.save(f'{folder}/lstm.output.npy', net(x).detach().numpy())
    write_safetensors(f'{folder}/lstm.safetensors', {n: t.detach().numpy() for n, t in net.state_dict().items()})


def main():
    torch.manual_seed(5)
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)) + '/../exchange'
    net = Small().double()
    x = torch.randn(4, 2, 6, 5, dtype=torch.double)
    net(3 * x + 1)                      # running statistics
    net.eval()
    tensors = {name: t.detach().numpy() for name, t in net.state_dict().items()}
    np.save(f'{folder}/input.npy', x.numpy())
    np.save(f'{folder}/output.npy', net(x).detach().numpy())
    write_safetensors(f'{folder}/torch.safetensors', tensors)
    np.savez(f'{folder}/torch.npz', **{n: np.asarray(t, 'f8') for n, t in tensors.items()})
    np.savez_compressed(f'{folder}/compressed.npz', **{n: np.asarray(t, 'f8') for n, t in tensors.items()})
    recurrent(folder)


main()
