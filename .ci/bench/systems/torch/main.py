# PyTorch at one work: python3 main.py FOLDER THREADS. The same conversation as in child.mjs.
import json
import os
import sys
import time

try:
    import torch
    from torch.nn import functional as F
    from models import losses, residual_block
except ImportError:
    print(json.dumps({'error': 'python3 has no torch'}))
    sys.exit()

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)

with open(os.path.join(folder, 'work.json')) as file:
    work = json.load(file)
sizes, shapes = work['sizes'], work['shapes']


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
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32).reshape(shapes[name])


def load_params():
    """Parameters by path. Those of dense layers are stored the other way round here."""
    params = {name[len('params.'):]: load(name) for name in shapes if name.startswith('params.')}
    return {name: turned(name, value).contiguous() for name, value in params.items()}


def turned(name, value):
    return value.T if name.endswith('.weight') and value.dim() == 2 else value


def samples(result):
    flat = result.flatten()
    return [flat[(i * len(flat) // 64 + i % 7) % len(flat)].item() for i in range(64)]


def repeated(f):
    def run(times):
        with torch.inference_mode():
            for _ in range(times):
                f()

    return lambda: samples(f()), run


def gemm():
    a, b = load('a'), load('b')
    return repeated(lambda: a @ b)


def conv():
    x, w = load('x'), load('w')
    return repeated(lambda: F.conv2d(x, w, stride=sizes['stride'], padding=sizes['padding'], groups=sizes['groups']))


def block():
    x, params = load('x'), load_params()
    return repeated(lambda: residual_block(x, params))


def chain():
    x, a, b, c = (load(name) for name in 'xabc')
    return repeated(lambda: x.mul(a).add_(b).relu_().add_(c))


def adam():
    params = load('params').requires_grad_()
    params.grad = load('grads')
    optimizer = torch.optim.Adam([params], lr=1e-3)

    def run(times):
        for _ in range(times):
            optimizer.step()

    def check():
        run(3)
        return samples(params.detach())

    return check, run


def training():
    params = {name: value.requires_grad_() for name, value in load_params().items()}
    optimizer = torch.optim.Adam(params.values(), lr=1e-3)
    x = load('images') / 255
    loss_of = losses[sizes['model']]

    def gradients(noise):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(params, x, noise)
        loss.backward()
        return loss

    def step(noise):
        loss = gradients(noise)
        if sizes['optimizer']:
            optimizer.step()
        return loss.item()

    def run(times):
        for _ in range(times):
            step(torch.randn(sizes['batch'], sizes['latent']) if 'latent' in sizes else None)

    def noise(i):
        return load(f'noise.{i}') if 'latent' in sizes else None

    def check():
        if sizes['optimizer']:
            return [step(noise(i)) for i in range(sizes['checkedSteps'])]
        gradients(noise(0))
        return [value for name, p in params.items() for value in samples(turned(name, p.grad))]

    return check, run


works = {
    'gemm': gemm,
    'conv': conv,
    'residual-block': block,
    'chain': chain,
    'adam': adam,
    'training': training,
}


def timed(times):
    """As in stopwatch.mjs: other programs do not count."""
    begin, before = time.perf_counter(), time.process_time()
    run(times)
    return 1000 * min(time.perf_counter() - begin, time.process_time() - before)


try:
    check, run = works[work['kind']]()
    print(json.dumps({'check': check(), 'version': torch.__version__ + blas(), 'threads': threads}), flush=True)
    for line in sys.stdin:
        print(json.dumps({'ms': timed(int(line))}), flush=True)
except Exception as error:
    print(json.dumps({'error': str(error)}))
