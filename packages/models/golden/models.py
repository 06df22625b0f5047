"""The models in PyTorch, written from the papers with the modules and distributions that PyTorch has.

A model has `layers`, its layers by the paths that our parameters have; `players`, the parameters of each optimizer; and
`losses(x, key)`, which gives what each of them minimises and the terms, one number for each example.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Normal, kl_divergence

from keys import normal, split, uniform

# The right numbers, and not those of one float32 implementation.
torch.set_default_dtype(torch.float64)

IMAGE = (1, 12, 12)
PIXELS = 144
STANDARD_NORMAL = Normal(torch.zeros(()), torch.ones(()))


def bernoulli_error(logits, x):
    """-log p(x | logits) of each example."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


class Vae(nn.Module):
    """Kingma & Welling, "Auto-Encoding Variational Bayes" (2013). The loss: reconstruction + beta * KL."""

    def __init__(self, body, hidden, latent, decoder, beta):
        super().__init__()
        self.body, self.decoder = body, decoder
        self.mean, self.log_var = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.latent, self.beta = latent, beta

    def players(self):
        return [list(self.parameters())]

    def sample(self, x, key):
        h = self.body(x)
        posterior = Normal(self.mean(h), torch.exp(self.log_var(h) / 2))
        return posterior, posterior.mean + posterior.stddev * normal(key, len(x), self.latent)

    def losses(self, x, key):
        posterior, z = self.sample(x, key)
        reconstruction = bernoulli_error(self.decoder(z), x)
        kl = kl_divergence(posterior, STANDARD_NORMAL).sum(1)
        return [(reconstruction + self.beta * kl).mean()], {"reconstruction": reconstruction, "kl": kl}


class MlpVae(Vae):
    """An encoder and a decoder with one hidden layer each."""

    def __init__(self, activation, hidden=32, latent=4, beta=1.0):
        encoder, first, last = nn.Linear(PIXELS, hidden), nn.Linear(latent, hidden), nn.Linear(hidden, PIXELS)
        body = nn.Sequential(nn.Flatten(), encoder, activation())
        decoder = nn.Sequential(first, activation(), last, nn.Unflatten(1, IMAGE))
        super().__init__(body, hidden, latent, decoder, beta)
        self.layers = {
            "encoder.body.0": encoder,
            "encoder.mean": self.mean,
            "encoder.logVar": self.log_var,
            "decoder.0": first,
            "decoder.1": last,
        }


class ConvVae(Vae):
    """Two strided convolutions with 8 and 16 channels and a dense layer, and the way back."""

    def __init__(self, beta, hidden=32, latent=4):
        down = [nn.Conv2d(1, 8, 4, 2, 1), nn.Conv2d(8, 16, 4, 2, 1)]
        up = [nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.ConvTranspose2d(8, 1, 4, 2, 1)]
        dense, back = nn.Linear(16 * 3 * 3, hidden), nn.Linear(latent, 16 * 3 * 3)
        relu = nn.ReLU()
        body = nn.Sequential(down[0], relu, down[1], relu, nn.Flatten(), dense, relu)
        decoder = nn.Sequential(back, relu, nn.Unflatten(1, (16, 3, 3)), up[0], relu, up[1])
        super().__init__(body, hidden, latent, decoder, beta)
        self.layers = {
            "encoder.body.0.0": down[0],
            "encoder.body.0.1": down[1],
            "encoder.body.1.0": dense,
            "encoder.mean": self.mean,
            "encoder.logVar": self.log_var,
            "decoder.0.0": back,
            "decoder.1.0": up[0],
            "decoder.1.1": up[1],
        }


def weighted(batch, dataset):
    """The weight of each example of the batch in q(z): 1 / (N M). Chen et al. (2018), appendix C.1."""
    return torch.full((batch, batch), 1 / (dataset * batch))


def stratified(batch, dataset):
    """Of the M + 1 examples of a batch the one that z came from weighs 1 / N, M - 1 others 1 / M and the last one
    (N - M) / (N M), which is here the one that follows in the batch. Chen et al. (2018), appendix C.2."""
    m = batch - 1
    weights = torch.full((batch, batch), 1 / m)
    for row in range(batch):
        weights[row, row] = 1 / dataset
        weights[row, (row + 1) % batch] = (dataset - m) / (dataset * m)
    return weights


class BetaTcVae(MlpVae):
    """Chen et al., "Isolating sources of disentanglement in variational autoencoders" (2018), equation 4."""

    def __init__(self, sampling, dataset, beta):
        super().__init__(nn.ReLU, beta=beta)
        self.sampling, self.dataset = sampling, dataset

    def losses(self, x, key):
        posterior, z = self.sample(x, key)
        reconstruction = bernoulli_error(self.decoder(z), x)
        log_weights = self.sampling(len(x), self.dataset).log()
        # log q(z_i | x_j) of each latent dimension, [i, j, dimension]
        pairs = Normal(posterior.mean[None], posterior.stddev[None]).log_prob(z[:, None])
        log_q = torch.logsumexp(log_weights + pairs.sum(2), 1)
        log_marginals = torch.logsumexp(log_weights[:, :, None] + pairs, 1).sum(1)
        log_q_given_x = posterior.log_prob(z).sum(1)
        log_prior = STANDARD_NORMAL.log_prob(z).sum(1)
        terms = {
            "reconstruction": reconstruction,
            "kl": kl_divergence(posterior, STANDARD_NORMAL).sum(1),
            "mutualInformation": log_q_given_x - log_q,
            "totalCorrelation": log_q - log_marginals,
            "dimensionWiseKl": log_marginals - log_prior,
        }
        separate = terms["mutualInformation"] + terms["dimensionWiseKl"]
        return [(reconstruction + separate + self.beta * terms["totalCorrelation"]).mean()], terms


class FactorVae(MlpVae):
    """Kim & Mnih, "Disentangling by factorising" (2018): a VAE and a discriminator with two hidden layers."""

    def __init__(self, gamma, hidden=32):
        super().__init__(nn.ReLU)
        self.own = list(self.parameters())
        first, second, logits = nn.Linear(self.latent, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 2)
        leaky = nn.LeakyReLU(0.2)
        self.discriminator = nn.Sequential(first, leaky, second, leaky, logits)
        self.gamma = gamma
        self.layers = {
            **{f"model.{path}": layer for path, layer in self.layers.items()},
            "discriminator.input": first,
            "discriminator.hidden.0": second,
            "discriminator.logits": logits,
        }

    def players(self):
        """The model and the discriminator."""
        return [self.own, list(self.discriminator.parameters())]

    def losses(self, x, key):
        for_sample, for_order = split(key)
        posterior, z = self.sample(x, for_sample)
        reconstruction = bernoulli_error(self.decoder(z), x)
        kl = kl_divergence(posterior, STANDARD_NORMAL).sum(1)
        logits = self.discriminator(z)
        total_correlation = logits[:, 0] - logits[:, 1]
        loss = (reconstruction + kl + self.gamma * total_correlation).mean()
        # Each dimension in an order of its own.
        joint = z.detach()
        product = joint.gather(0, uniform(for_order, *z.shape).argsort(0))
        classes = torch.zeros(len(x), dtype=torch.int64)
        on_joint = F.cross_entropy(self.discriminator(joint), classes, reduction="none")
        on_product = F.cross_entropy(self.discriminator(product), classes + 1, reduction="none")
        judging = 0.5 * (on_joint.mean() + on_product.mean())
        terms = {
            "reconstruction": reconstruction,
            "kl": kl,
            "totalCorrelation": total_correlation,
            "discriminatorOnJoint": on_joint,
            "discriminatorOnProduct": on_product,
            "discriminatorLoss": judging,
        }
        return [loss, judging], terms


class ResidualBlock(nn.Module):
    """ReLU, 3 x 3, ReLU, 1 x 1, added to the input."""

    def __init__(self, width, hidden):
        super().__init__()
        self.wide, self.narrow = nn.Conv2d(width, hidden, 3, padding=1), nn.Conv2d(hidden, width, 1)

    def forward(self, x):
        return x + self.narrow(F.relu(self.wide(F.relu(x))))


class LearnedCodebook(nn.Module):
    """Codes that learn by gradients. van den Oord et al., "Neural discrete representation learning" (2017), equation 3."""

    path = "quantizer.codebook"

    def __init__(self, codes):
        super().__init__()
        self.codes = nn.Parameter(codes)

    def extra_terms(self, x, chosen):
        return {"codebook": (x.detach() - chosen).square().sum(1)}

    def update(self, x, indices, key):
        pass


class AveragedCodebook(nn.Module):
    """Codes that follow averages: van den Oord et al. (2017), equations 6 to 8, with the smoothed counts of Sonnet. At
    first each code is as if it were the mean of one vector."""

    path = "codebook"

    def __init__(self, codes, decay, restart=None, smoothing=1e-5):
        super().__init__()
        self.codes, self.sum, self.count = codes, codes.clone(), torch.ones(len(codes))
        self.decay, self.restart, self.smoothing = decay, restart, smoothing

    def extra_terms(self, x, chosen):
        return {}

    def update(self, x, indices, key):
        one_hot = F.one_hot(indices, len(self.codes)).to(x.dtype)
        self.count = self.decay * self.count + (1 - self.decay) * one_hot.sum(0)
        self.sum = self.decay * self.sum + (1 - self.decay) * one_hot.T @ x
        total = self.count.sum()
        count = (self.count + self.smoothing) / (total + len(self.codes) * self.smoothing) * total
        self.codes = self.sum / count[:, None]
        if self.restart is not None:
            self.revive(x, key)

    def revive(self, x, key):
        """Codes of less than a share of the average use become random vectors of the batch, with average use."""
        usual = self.count.mean()
        dead = self.count < self.restart * usual
        vectors = x[uniform(key, len(x)).argsort()][: dead.sum()]
        self.codes[dead] = vectors
        self.sum[dead] = vectors * usual
        self.count[dead] = usual


class VqVae(nn.Module):
    """van den Oord et al., "Neural discrete representation learning" (2017): residual networks as in its published code,
    squared error, straight-through gradients."""

    def __init__(self, codebook, features=4, width=16, hidden=8, commitment=0.25):
        super().__init__()
        self.codebook, self.commitment = codebook, commitment
        # By how much the second nearest code was farther away than the nearest one, at the closest.
        self.gap = 1.0
        down = [nn.Conv2d(1, 8, 4, 2, 1), nn.Conv2d(8, width, 4, 2, 1), nn.Conv2d(width, width, 3, 1, 1)]
        up = [nn.ConvTranspose2d(width, 8, 4, 2, 1), nn.ConvTranspose2d(8, 1, 4, 2, 1)]
        blocks = [ResidualBlock(width, hidden) for _ in range(4)]
        out, back = nn.Conv2d(width, features, 1), nn.Conv2d(features, width, 3, padding=1)
        relu = nn.ReLU()
        self.encoder = nn.Sequential(down[0], relu, down[1], relu, down[2], *blocks[:2], relu, out)
        self.decoder = nn.Sequential(back, *blocks[2:], relu, up[0], relu, up[1])
        self.layers = {
            "encoder.0.0": down[0],
            "encoder.0.1": down[1],
            "encoder.1": down[2],
            "encoder.4": out,
            "decoder.0": back,
            "decoder.3.0": up[0],
            "decoder.3.1": up[1],
        }
        for at, block in zip(["encoder.2", "encoder.3", "decoder.1", "decoder.2"], blocks):
            self.layers[f"{at}.body.1"], self.layers[f"{at}.body.3"] = block.wide, block.narrow

    def players(self):
        return [list(self.parameters())]

    def losses(self, x, key):
        maps = self.encoder(x)
        batch, features, height, width = maps.shape
        vectors = maps.permute(0, 2, 3, 1).reshape(-1, features)
        distances = torch.cdist(vectors.detach(), self.codebook.codes.detach())
        indices = distances.argmin(1)
        nearest, second = distances.topk(2, largest=False).values.T
        self.gap = min(self.gap, float((1 - nearest / second).min()))
        chosen = self.codebook.codes[indices]
        straight = vectors + (chosen - vectors).detach()
        decoded = self.decoder(straight.reshape(batch, height, width, features).permute(0, 3, 1, 2))
        reconstruction = (decoded - x).square().flatten(1).sum(1)
        per_vector = {
            "commitment": (vectors - chosen.detach()).square().sum(1),
            **self.codebook.extra_terms(vectors, chosen),
        }
        terms = {name: loss.reshape(batch, -1).sum(1) for name, loss in per_vector.items()}
        loss = reconstruction + self.commitment * terms["commitment"] + terms.get("codebook", 0)
        self.codebook.update(vectors.detach(), indices, key)
        return [loss.mean()], {"reconstruction": reconstruction, **terms}
