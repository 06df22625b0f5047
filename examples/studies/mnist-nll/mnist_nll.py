"""A recipe of recipes.ts in PyTorch. Takes the recipe as JSON, the folder with the bytes of the images (train.u8, test.u8), the
number of importance samples, and a file that is written after each epoch and from which a run that was stopped goes on; prints
the members of a result in JSON."""

import json
import math
import os
import sys
import time

# One thread: OpenBLAS has threads of its own, that PyTorch does not count.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU}
TEST_BATCH, CHUNK = 50, 20


def images(path):
    return torch.from_numpy(np.fromfile(path, np.uint8).reshape(-1, 784))


def layers(widths, activation):
    return [module for a, b in zip(widths, widths[1:]) for module in (nn.Linear(a, b), ACTIVATIONS[activation]())]


class Vae(nn.Module):
    def __init__(self, recipe):
        super().__init__()
        hidden, latent = recipe["hidden"], recipe["latent"]
        self.body = nn.Sequential(*layers([784, *hidden], recipe["activation"]))
        self.mean, self.log_var = nn.Linear(hidden[-1], latent), nn.Linear(hidden[-1], latent)
        up = layers([latent, *reversed(hidden)], recipe["activation"])
        self.decoder = nn.Sequential(*up, nn.Linear(hidden[0], 784))

    def start(self, train):
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        mean = (train.double().mean(0) / 255).clamp(0.001, 0.999)
        self.decoder[-1].bias.data = torch.log(mean / (1 - mean)).float()

    def encode(self, x):
        h = self.body(x)
        return self.mean(h), self.log_var(h).clamp(-14, 14)

    def log_weights(self, x, mean, log_var, samples):
        """log p(x, z) - log q(z | x), [samples, B]. The normalisers of both Gaussians cancel."""
        noise = torch.randn(samples, *mean.shape)
        z = mean + (log_var / 2).exp() * noise
        logits = self.decoder(z)
        log_likelihood = -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(2)
        return log_likelihood + 0.5 * (noise.square() + log_var - z.square()).sum(2)

    def negative_bound(self, x, samples):
        mean, log_var = self.encode(x)
        if samples > 0:
            return math.log(samples) - torch.logsumexp(self.log_weights(x, mean, log_var, samples), 0)
        logits = self.decoder(mean + (log_var / 2).exp() * torch.randn_like(mean))
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
        return reconstruction + 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(1)


def estimate(model, test, samples):
    """The negative log-likelihood of each image."""
    found = []
    with torch.no_grad():
        for rows in test.split(TEST_BATCH):
            x = rows / 255
            mean, log_var = model.encode(x)
            chunks = [model.log_weights(x, mean, log_var, CHUNK) for _ in range(samples // CHUNK)]
            found.append(math.log(samples) - torch.logsumexp(torch.cat(chunks).double(), 0))
    return torch.cat(found)


def main(recipe, folder, samples, checkpoint):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    train, test = images(f"{folder}/train.u8"), images(f"{folder}/test.u8")
    model = Vae(recipe)
    if recipe["glorot"]:
        model.start(train)
    adam = recipe["adam"]
    optimizer = torch.optim.Adam(model.parameters(), betas=(adam["b1"], adam["b2"]), eps=adam["eps"])
    for parameter in model.parameters():
        first = {"step": torch.tensor(0.0), "exp_avg": torch.zeros_like(parameter)}
        optimizer.state[parameter] = first | {"exp_avg_sq": torch.full_like(parameter, adam["initialSecondMoment"])}
    rates = [stage["rate"] for stage in recipe["rates"] for _ in range(stage["epochs"])]
    batch, done, bound, seconds = recipe["batch"], 0, 0.0, 0.0
    if os.path.exists(checkpoint):
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        torch.set_rng_state(saved["random"])
        done, bound, seconds = saved["epochs"], saved["bound"], saved["seconds"]
    for epoch, rate in list(enumerate(rates))[done:]:
        started = time.time()
        optimizer.param_groups[0]["lr"] = rate
        total, steps = 0.0, len(train) // batch
        for rows in torch.randperm(len(train))[: steps * batch].split(batch):
            x = train[rows] / 255
            if recipe["binarisation"] == "dynamic":
                x = torch.bernoulli(x)
            loss = model.negative_bound(x, recipe["samples"]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        bound = total / steps
        seconds += time.time() - started
        progress = {"epochs": epoch + 1, "bound": bound, "seconds": seconds, "random": torch.get_rng_state()}
        torch.save(progress | {"model": model.state_dict(), "optimizer": optimizer.state_dict()}, f"{checkpoint}.part")
        os.replace(f"{checkpoint}.part", checkpoint)
        print(f"PyTorch: epoch {epoch + 1} of {len(rates)}, -bound {bound:.2f} nats", file=sys.stderr, flush=True)
    started = time.time()
    nll = estimate(model, test, samples)
    result = {
        "epochs": len(rates),
        "nll": nll.mean().item(),
        "standardError": nll.std().item() / math.sqrt(len(nll)),
        "samples": samples,
        "bound": bound,
        "secondsPerEpoch": seconds / len(rates),
        "secondsOfEstimate": time.time() - started,
    }
    print(json.dumps(result))


main(json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
