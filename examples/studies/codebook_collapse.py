"""The model of codebook-collapse.study.ts in PyTorch, with the cures of its last row: averages, restarts, k-means and the
rotation trick. Takes the folder with the files of Fashion-MNIST and numbers of training images and epochs; prints an object in JSON."""

import gzip
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

CODES, FEATURES, BATCH = 512, 16, 128


def images(path):
    with gzip.open(path) as file:
        return torch.from_numpy(np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28).copy())


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.ReLU(), nn.Conv2d(32, 16, 3, 1, 1), nn.ReLU(), nn.Conv2d(16, 32, 1))

    def forward(self, x):
        return x + self.body(x)


def encoder():
    down = [nn.Conv2d(1, 16, 4, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 32, 3, 1, 1)]
    return nn.Sequential(*down, Residual(), Residual(), nn.ReLU(), nn.Conv2d(32, FEATURES, 1))


def decoder():
    up = [nn.ReLU(), nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1)]
    return nn.Sequential(nn.Conv2d(FEATURES, 32, 3, 1, 1), Residual(), Residual(), *up)


def nearest(x, codes):
    return (codes.square().sum(1) - 2 * x @ codes.T).argmin(1)


def k_means(x, rounds=10):
    codes = x[torch.randperm(len(x))[:1]]
    for _ in range(CODES - 1):  # k-means++
        distance = torch.cdist(x, codes[-1:]).squeeze(1).square()
        closest = distance if len(codes) == 1 else torch.minimum(closest, distance)
        codes = torch.cat([codes, x[torch.multinomial(closest, 1)]])
    for _ in range(rounds):
        members = F.one_hot(nearest(x, codes), CODES).float()
        sizes = members.sum(0)
        codes = torch.where(sizes[:, None] > 0, members.T @ x / sizes.clamp(min=1)[:, None], codes)
    return codes, F.one_hot(nearest(x, codes), CODES).float().sum(0)


def rotated(x, q):
    """q, with the gradient of the rotation and scale that take x to it. Fifty et al. (2024), equation 4."""
    length_x, length_q = x.norm(dim=1, keepdim=True), q.norm(dim=1, keepdim=True)
    e, target = (x / length_x).detach(), (q / length_q).detach()
    r = F.normalize(e + target, dim=1)
    turned = x - 2 * r * (r * x).sum(1, keepdim=True) + 2 * target * (e * x).sum(1, keepdim=True)
    return turned * (length_q / length_x).detach()


class Codebook:
    def __init__(self, x, decay=0.97, threshold=0.2, smoothing=1e-5):
        self.codes, sizes = k_means(x)
        self.decay, self.threshold, self.smoothing = decay, threshold, smoothing
        self.count = sizes.clamp(min=1)
        self.sum = self.codes * self.count[:, None]

    def update(self, x, indices):
        one_hot = F.one_hot(indices, CODES).float()
        self.count = self.decay * self.count + (1 - self.decay) * one_hot.sum(0)
        self.sum = self.decay * self.sum + (1 - self.decay) * one_hot.T @ x
        total = self.count.sum()
        smoothed = (self.count + self.smoothing) / (total + CODES * self.smoothing) * total
        self.codes = self.sum / smoothed[:, None]
        usual = self.count.mean()
        dead = self.count < self.threshold * usual
        self.codes[dead] = x[torch.randperm(len(x))[: dead.sum()]]
        self.count[dead] = usual
        self.sum[dead] = self.codes[dead] * usual


def vectors(maps):
    return maps.permute(0, 2, 3, 1).reshape(-1, FEATURES)


def main(folder, count, epochs):
    torch.manual_seed(0)
    train = images(f"{folder}/train-images-idx3-ubyte.gz")[:count]
    test = images(f"{folder}/t10k-images-idx3-ubyte.gz")
    encode, decode = encoder(), decoder()
    with torch.no_grad():
        codebook = Codebook(vectors(encode(train[:200] / 255)))
    optimizer = torch.optim.Adam([*encode.parameters(), *decode.parameters()], 1e-3)
    for _ in range(epochs):
        order = torch.randperm(len(train))
        for step in range(len(train) // BATCH):
            x = train[order[step * BATCH : (step + 1) * BATCH]] / 255
            maps = encode(x)
            v = vectors(maps)
            indices = nearest(v.detach(), codebook.codes)
            q = codebook.codes[indices]
            z = rotated(v, q).reshape(BATCH, 7, 7, FEATURES).permute(0, 3, 1, 2)
            loss = (decode(z) - x).square().sum() / BATCH + 0.25 * (v - q).square().sum() / BATCH
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                codebook.update(v, indices)
    error, used = 0.0, torch.zeros(CODES)
    with torch.no_grad():
        for x in test.split(200):
            x = x / 255
            indices = nearest(vectors(encode(x)), codebook.codes)
            used += torch.bincount(indices, minlength=CODES)
            z = codebook.codes[indices].reshape(len(x), 7, 7, FEATURES).permute(0, 3, 1, 2)
            error += (decode(z) - x).square().sum().item()
    shares = used[used > 0] / used.sum()
    perplexity = torch.exp(-(shares * shares.log()).sum()).item()
    print(json.dumps({"error": error / test.numel(), "usage": (used > 0).float().mean().item(), "perplexity": perplexity}))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
