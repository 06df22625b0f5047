# What is minimised in the training works, and the residual block: from parameters by path.
import torch
from torch.nn import functional as F


def dense(x, p, name):
    return F.linear(x, p[name + '.weight'], p[name + '.bias'])


def conv(x, p, name, stride, padding):
    return F.conv2d(x, p[name + '.weight'], p[name + '.bias'], stride=stride, padding=padding)


def conv_transpose(x, p, name, stride, padding):
    return F.conv_transpose2d(x, p[name + '.weight'], p[name + '.bias'], stride=stride, padding=padding)


def sample(mean, log_var, noise):
    return mean + torch.exp(0.5 * log_var) * noise


def negative_elbo(logits, x, mean, log_var):
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction='sum')
    kl = 0.5 * torch.sum(mean.square() + log_var.exp() - 1 - log_var)
    return (reconstruction + kl) / len(x)


def mlp_vae(p, x, noise):
    h = F.relu(dense(x, p, 'encoder.body.0'))
    mean, log_var = dense(h, p, 'encoder.mean'), dense(h, p, 'encoder.logVar')
    h = F.relu(dense(sample(mean, log_var, noise), p, 'decoder.0'))
    return negative_elbo(dense(h, p, 'decoder.1'), x, mean, log_var)


def conv_vae(p, x, noise):
    h = F.relu(conv(x, p, 'encoder.body.0.0', 2, 1))
    h = F.relu(conv(h, p, 'encoder.body.0.1', 2, 1))
    h = F.relu(dense(h.flatten(1), p, 'encoder.body.1.0'))
    mean, log_var = dense(h, p, 'encoder.mean'), dense(h, p, 'encoder.logVar')
    h = F.relu(dense(sample(mean, log_var, noise), p, 'decoder.0.0'))
    h = F.relu(dense(h, p, 'decoder.0.1')).reshape(len(x), 64, 7, 7)
    h = F.relu(conv_transpose(h, p, 'decoder.1.0', 2, 1))
    return negative_elbo(conv_transpose(h, p, 'decoder.1.1', 2, 1), x, mean, log_var)


def block(x, p, name):
    h = F.relu(conv(F.relu(x), p, name + '.body.1', 1, 1))
    return x + conv(h, p, name + '.body.3', 1, 0)


def vq_vae(p, x, noise):
    h = F.relu(conv(x, p, 'encoder.0', 2, 1))
    h = F.relu(conv(h, p, 'encoder.2', 2, 1))
    z = block(block(conv(h, p, 'encoder.4', 1, 1), p, 'encoder.5'), p, 'encoder.6')
    codebook = p['codebook']
    with torch.no_grad():
        rows = z.permute(0, 2, 3, 1).reshape(-1, codebook.shape[1])
        nearest = torch.addmm(codebook.square().sum(1), rows, codebook.T, alpha=-2).argmin(1)
    last = F.embedding(nearest, codebook).reshape(len(z), *z.shape[2:], -1)
    quantized = last.permute(0, 3, 1, 2)
    h = conv(z + (quantized - z).detach(), p, 'decoder.0', 1, 1)
    h = F.relu(block(block(h, p, 'decoder.1'), p, 'decoder.2'))
    h = F.relu(conv_transpose(h, p, 'decoder.4', 2, 1))
    reconstruction = F.mse_loss(conv_transpose(h, p, 'decoder.6', 2, 1), x)
    return reconstruction + F.mse_loss(quantized, z.detach()) + 0.25 * F.mse_loss(z, quantized.detach())


losses = {'mlp-vae': mlp_vae, 'conv-vae': conv_vae, 'vq-vae': vq_vae}


def residual_block(x, p):
    def half(h, norm, name):
        return conv(F.silu(F.group_norm(h, 32, p[norm + '.scale'], p[norm + '.shift'], 1e-6)), p, name, 1, 1)

    return x + half(half(x, 'body.0', 'body.2'), 'body.3', 'body.5')
