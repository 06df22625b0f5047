"""Writes the golden files beside it: how PyTorch trains small models, for the test of ours.

Run it with any Python 3 that has PyTorch and NumPy:

    python3 packages/models/golden/make.py

The files in the repository were made by PyTorch 1.13 (as Debian 12 has it), in float64. The tests need neither Python nor
PyTorch; run this again only to add models. Images, weights and noise come from the generator of @vae/tensor, which
`keys.py` has once more, so that a file holds only

    parameters  [path, bound] of each parameter: the n-th is uniform on ±bound, drawn with key(n), n from 0
    loss        the loss of each of 100 steps, before its update
    terms       the means of its terms over the batch

The test is packages/cli/src/parity.test.ts.
"""

import json
import pathlib

import torch
from torch import nn

from keys import key, split, uniform
from models import (
    AveragedCodebook,
    BetaTcVae,
    ConvVae,
    FactorVae,
    LearnedCodebook,
    MlpVae,
    VqVae,
    stratified,
    weighted,
)

FOLDER = pathlib.Path(__file__).parent
STEPS, BATCH, IMAGES = 100, 16, 64
IMAGE_SEED, NOISE_SEED = 1000, 2000


def images():
    """Two soft blobs each, as bytes. Only operations that every machine rounds alike."""
    numbers = uniform(key(IMAGE_SEED), IMAGES, 2, 4)
    row, column = torch.arange(12.0)[:, None], torch.arange(12.0)
    y, x, radius, brightness = (numbers[:, :, i, None, None] for i in range(4))
    square = (row - (2 + 8 * y)) ** 2 + (column - (2 + 8 * x)) ** 2
    reach = square / ((1 + 2 * radius) * (1 + 2 * radius))
    blobs = (0.5 + 0.5 * brightness) / (1 + reach * reach)
    return torch.floor(255 * blobs.amax(1) + 0.5).reshape(IMAGES, 1, 12, 12)


def centred(index, shape, bound):
    """The n-th parameter."""
    return (2 * uniform(key(index), *shape) - 1) * bound


def draw(layers, drawn):
    """Gives weights and biases their first numbers, and adds their paths and bounds to those that were drawn."""
    for path, layer in layers.items():
        # Uniform on ±1/√fanIn, with which PyTorch and our layers begin.
        bound = layer.weight[0].numel() ** -0.5
        # Our dense layers have weights of shape [inputs, outputs].
        dense = isinstance(layer, nn.Linear)
        shape = layer.weight.T.shape if dense else layer.weight.shape
        weight = centred(len(drawn), shape, bound)
        layer.weight.data = weight.T if dense else weight
        drawn.append([f"{path}.weight", bound])
        layer.bias.data = centred(len(drawn), layer.bias.shape, bound)
        drawn.append([f"{path}.bias", bound])
    return drawn


def train(model, rates, drawn=(), keys_of_step=2):
    """100 steps, each optimizer with the loss at its place; all see the parameters from before the step."""
    parameters = draw(model.layers, list(drawn))
    players = model.players()
    optimizers = [torch.optim.Adam(player, **settings) for player, settings in zip(players, rates)]
    batches = (images() / 255).split(BATCH)
    noise, steps = key(NOISE_SEED), []
    for step in range(STEPS):
        # The last key is for the steps to come.
        now, *_, noise = split(noise, keys_of_step)
        losses, terms = model.losses(batches[step % len(batches)], now)
        found = [torch.autograd.grad(loss, player, retain_graph=True) for loss, player in zip(losses, players)]
        for optimizer, player, gradients in zip(optimizers, players, found):
            for parameter, gradient in zip(player, gradients):
                parameter.grad = gradient
            optimizer.step()
        steps.append({"loss": losses[0], **terms})
    curves = {
        name: [float(f"{float(figures[name].mean()):.7g}") for figures in steps] for name in steps[0]
    }
    return {"parameters": parameters, "loss": curves.pop("loss"), "terms": curves}


ADAM = {"lr": 3e-3}
ADAM_OF_DISCRIMINATOR = {"lr": 1e-3, "betas": (0.5, 0.9)}


def alone(model):
    """A model that is trained by `trainingStep`."""
    return train(model, [ADAM])


def against_discriminator(model):
    """A model that is trained by `adversarialStep`."""
    return train(model, [ADAM, ADAM_OF_DISCRIMINATOR], keys_of_step=3)


def quantized(codebook_of):
    """A VQ-VAE, whose 16 codes are drawn before its layers."""
    bound = 0.4
    codebook = codebook_of(centred(0, (16, 4), bound))
    model = VqVae(codebook)
    curves = train(model, [ADAM], drawn=[[codebook.path, bound]])
    # Float32 could choose the other of two codes that are almost equally near. Then take other images.
    assert model.gap > 5e-5, f"two codes differ in distance by only {model.gap:.1e}"
    return curves


RUNS = {
    "vae-mlp": lambda: alone(MlpVae(nn.Tanh)),
    "vae-conv": lambda: alone(ConvVae(beta=2.0)),
    "beta-tc-vae-weighted": lambda: alone(BetaTcVae(weighted, IMAGES, beta=6.0)),
    "beta-tc-vae-stratified": lambda: alone(BetaTcVae(stratified, IMAGES, beta=6.0)),
    "factor-vae": lambda: against_discriminator(FactorVae(gamma=6.0)),
    "vq-vae": lambda: quantized(lambda codes: AveragedCodebook(codes, decay=0.99)),
    "vq-vae-restart": lambda: quantized(lambda codes: AveragedCodebook(codes, decay=0.9, restart=0.1)),
    "vq-vae-gradient": lambda: quantized(LearnedCodebook),
}

for name, run in RUNS.items():
    curves = run()
    text = ",\n".join(
        f' "{field}": {json.dumps(value, separators=(",", ":"))}' for field, value in curves.items()
    )
    (FOLDER / f"{name}.golden.json").write_text(f"{{\n{text}\n}}\n")
    print(f"{name}: loss {curves['loss'][0]:.4g} to {curves['loss'][-1]:.4g}")
