# PyTorch at one work: python3 torch.py FOLDER THREADS. The same conversation as in child.mjs.
import json
import os
import sys
import time

try:
    # not this file, which has the same name
    sys.path = sys.path[1:]
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError:
    print(json.dumps({'error': 'python3 has no torch'}))
    sys.exit()

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)

with open(os.path.join(folder, 'work.json')) as file:
    work = json.load(file)
sizes = work['sizes']


def blas():
    """The library of matrix products, which the system chooses and which decides much."""
    try:
        with open('/proc/self/maps') as file:
            names = {os.path.basename(line.split()[-1]) for line in file}
        # the longest name says most: libopenblasp-r0.3.21.so rather than libblas.so.3
        return ' with ' + max((name for name in names if 'blas' in name), key=len)
    except (OSError, ValueError):
        return ''


def load(name):
    with open(os.path.join(folder, name), 'rb') as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32).reshape(work['shapes'][name])


def samples(result):
    flat = result.flatten()
    return [flat[i * len(flat) // 64 + i % 7].item() for i in range(64)]


def repeated(f):
    def run(times):
        with torch.inference_mode():
            for _ in range(times):
                f()

    return lambda: samples(f()), run


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        for name in ['hidden', 'mean', 'logVar', 'decoder', 'logits']:
            inputs, outputs = work['shapes'][name + '.weight']
            layer = nn.Linear(inputs, outputs)
            with torch.no_grad():
                layer.weight.copy_(load(name + '.weight').T)
                layer.bias.copy_(load(name + '.bias'))
            setattr(self, name, layer)

    def forward(self, x, noise):
        h = F.relu(self.hidden(x))
        mean, log_var = self.mean(h), self.logVar(h)
        z = mean + torch.exp(0.5 * log_var) * noise
        logits = self.logits(F.relu(self.decoder(z)))
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction='sum')
        kl = 0.5 * torch.sum(mean.square() + log_var.exp() - 1 - log_var)
        return (reconstruction + kl) / len(x)


def vae():
    model = Vae()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x = load('images') / 255

    def step(noise):
        optimizer.zero_grad(set_to_none=True)
        loss = model(x, noise)
        loss.backward()
        optimizer.step()
        return loss.item()

    def run(times):
        for _ in range(times):
            step(torch.randn(sizes['batch'], sizes['latent']))

    steps = sum(name.startswith('noise.') for name in work['shapes'])
    return lambda: [step(load(f'noise.{i}')) for i in range(steps)], run


def prepare():
    if work['kind'] == 'gemm':
        a, b = load('a'), load('b')
        return repeated(lambda: a @ b)
    if work['kind'] == 'conv':
        x, w = load('x'), load('w')
        return repeated(lambda: F.conv2d(x, w, padding='same'))
    return vae()


def timed(times):
    """As in child.mjs: other programs do not count."""
    begin, before = time.perf_counter(), time.process_time()
    run(times)
    return 1000 * min(time.perf_counter() - begin, time.process_time() - before)


try:
    check, run = prepare()
    print(json.dumps({'check': check(), 'version': torch.__version__ + blas(), 'threads': threads}), flush=True)
    for line in sys.stdin:
        print(json.dumps({'ms': timed(int(line))}), flush=True)
except Exception as error:
    print(json.dumps({'error': str(error)}))
