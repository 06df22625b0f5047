"""Writes the golden files beside it: what PyTorch computes, for the tests of our operations.

Run it with any Python 3 that has PyTorch:

    python3 packages/autograd/golden/make.py

The files in the repository were made by PyTorch 1.13.1 (as Debian 12 has it). The tests need neither Python nor PyTorch; run this again only to
add cases. Operands come from Python's own generator with fixed seeds, so the same cases give the same files.

Each `<group>.golden.json` is a list of cases, one a line:

    call        an operation of @vae/tensor and its arguments, where {"operand": 0} stands for the first operand
    operands    tensors: their shape, dtype and elements
    results     what the operation returns, in canonical order
    cotangents  one for each float result
    gradients   for each operand the gradient of Σ ⟨result, cotangent⟩ over the float results, null where there is none

PyTorch computes in float64, so a file holds the right numbers and not those of one float32 implementation; operands are
multiples of 1/64, which float32 holds exactly. NaN and infinities are strings.
"""

import json
import math
import pathlib
import random

import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).parent
X, Y, Z, W = ({"operand": index} for index in range(4))
DTYPES = {torch.float64: "f32", torch.int32: "i32", torch.int64: "i32", torch.bool: "bool"}

groups = {}
cases = None
numbers = None


def group(name):
    """Starts a file. Cases that follow go into it."""
    global cases, numbers
    cases = groups[name] = []
    numbers = random.Random(name)


def floats(*shape, low=-2.0, high=2.0, apart=0.0):
    """Random multiples of 1/64 between low and high, none closer to 0 than `apart`."""

    def one():
        while True:
            x = numbers.randint(math.ceil(low * 64), math.floor(high * 64)) / 64
            if abs(x) >= apart:
                return x

    return torch.tensor([one() for _ in range(math.prod(shape))], dtype=torch.float64).reshape(shape)


def distinct(*shape):
    """A permutation of multiples of 1/8: no two elements are equal."""
    elements = [(index - math.prod(shape) / 2) / 8 for index in range(math.prod(shape))]
    numbers.shuffle(elements)
    return torch.tensor(elements, dtype=torch.float64).reshape(shape)


def given(*elements):
    return torch.tensor(elements, dtype=torch.float64)


def indices(*shape, below):
    elements = [numbers.randrange(below) for _ in range(math.prod(shape))]
    return torch.tensor(elements, dtype=torch.int64).reshape(shape)


def bools(*shape):
    elements = [numbers.random() < 0.5 for _ in range(math.prod(shape))]
    return torch.tensor(elements, dtype=torch.bool).reshape(shape)


def plain(x):
    """An element as JSON: 8 significant digits are more than float32 has."""
    if math.isnan(x) or math.isinf(x):
        return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    rounded = float(f"{x:.8g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 and rounded != 0 else rounded


def written(tensor):
    data = [plain(float(x)) for x in tensor.detach().reshape(-1)]
    data = [0 if x == 0 else x for x in data]
    return {"shape": list(tensor.shape), "dtype": DTYPES[tensor.dtype], "data": data}


def case(call, operands, compute, constant=()):
    """Runs `compute` on the operands; those in `constant` get no gradient, though they are floats."""
    leaves = [
        x.clone().requires_grad_(x.dtype == torch.float64 and index not in constant)
        for index, x in enumerate(operands)
    ]
    results = compute(*leaves)
    results = list(results) if isinstance(results, (tuple, list)) else [results]
    differentiable = [result for result in results if result.dtype == torch.float64]
    cotangents = [floats(*result.shape, low=-1, high=1, apart=1 / 8) for result in differentiable]
    wanted = [leaf for leaf in leaves if leaf.requires_grad]
    gradients = {}
    if any(result.requires_grad for result in differentiable):
        found = torch.autograd.grad(differentiable, wanted, cotangents, allow_unused=True)
        gradients = {id(leaf): gradient for leaf, gradient in zip(wanted, found)}
    got = [gradients.get(id(leaf)) for leaf in leaves]
    cases.append(
        {
            "call": call,
            "operands": [written(x) for x in operands],
            "results": [written(result) for result in results],
            "cotangents": [written(x) for x in cotangents],
            "gradients": [None if gradient is None else written(gradient) for gradient in got],
        }
    )


# --- element by element ------------------------------------------------------------------------------------------------

group("elementwise")

POSITIVE = {"low": 0.25, "high": 4}
UNARY = {
    "neg": (torch.neg, {}),
    "abs": (torch.abs, {}),
    "sign": (torch.sign, {}),
    "exp": (torch.exp, {}),
    "expm1": (torch.expm1, {}),
    "log": (torch.log, POSITIVE),
    "log1p": (torch.log1p, {"low": -0.5}),
    "sqrt": (torch.sqrt, POSITIVE),
    "square": (torch.square, {}),
    "floor": (torch.floor, {}),
    "sin": (torch.sin, {}),
    "cos": (torch.cos, {}),
    "erf": (torch.erf, {}),
    "tanh": (torch.tanh, {}),
    "sigmoid": (torch.sigmoid, {}),
    "relu": (F.relu, {}),
    "softplus": (F.softplus, {}),
    "logSigmoid": (F.logsigmoid, {}),
    "silu": (F.silu, {}),
    "gelu": (F.gelu, {}),
}
for name, (function, limits) in UNARY.items():
    for shape in [(3, 4), (), (1,), (2, 0)]:
        case([name, X], [floats(*shape, **limits)], function)

# Far out, at zero, and where a naive formula overflows.
far = given(-1e4, -100, -30, -1e-3, 0, 1e-3, 30, 100, 1e4)
for name in ["abs", "sign", "relu", "tanh", "sigmoid", "softplus", "logSigmoid", "silu", "gelu", "erf"]:
    case([name, X], [far], UNARY[name][0])
case(["exp", X], [given(-80, -1, 0, 1, 80)], torch.exp)
case(["expm1", X], [given(-80, -(2.0**-20), 0, 2.0**-20, 80)], torch.expm1)
case(["log1p", X], [given(-(2.0**-20), 0, 2.0**-20, 2.0**20)], torch.log1p)
case(["log", X], [given(2.0**-100, 1, 2.0**100)], torch.log)
case(["sqrt", X], [given(0, 2.0**-100, 2.0**100)], torch.sqrt)
case(["sin", X], [given(-1000, -100, 0, 100, 1000)], torch.sin)
case(["cos", X], [given(-1000, -100, 0, 100, 1000)], torch.cos)

BINARY = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}
SHAPES = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (4,)), ((3, 1, 2), (4, 1)), ((1,), (1,)), ((2, 0), (1,))]
for name, function in BINARY.items():
    for left, right in SHAPES:
        case([name, X, Y], [floats(*left), floats(*right, apart=0.25)], function)
for left, right in SHAPES:
    case(["pow", X, Y], [floats(*left, **POSITIVE), floats(*right)], torch.pow)
case(["mul", X, X], [floats(3)], lambda x: x * x)
case(["add", X, 1.5], [floats(3)], lambda x: x + 1.5)
case(["sub", 1.5, X], [floats(3)], lambda x: 1.5 - x)
case(["div", 1, X], [floats(3, apart=0.25)], lambda x: 1 / x)

# Ties share the gradient.
case(["maximum", X, Y], [given(1, 2, 3), given(1, 3, 2)], torch.maximum)
case(["minimum", X, Y], [given(1, 2, 3), given(1, 3, 2)], torch.minimum)
# Powers of zero and of negative numbers.
case(["pow", X, Y], [given(0, 0, 0, 0, 2), given(0, 1, 2, 3, 0)], torch.pow)
case(["pow", X, Y], [given(-2, -2, -2, -1.5), given(0, 1, 2, 3)], torch.pow, constant=[1])
case(["pow", X, 3], [floats(3)], lambda x: x**3)
case(["pow", X, Y], [given(0, 0, 2, 2), given(0.5, -1, -200, 200)], torch.pow)
# Outside of the domain, and NaN.
case(["div", X, Y], [given(1, -1, 0, 2), given(0, 0, 0, math.inf)], torch.div)
case(["log", X], [given(0, -1, math.inf, math.nan)], torch.log)
case(["sqrt", X], [given(-1, math.inf, math.nan)], torch.sqrt)
case(["maximum", X, Y], [given(math.nan, 1, math.inf), given(1, math.nan, -math.inf)], torch.maximum, constant=[0, 1])
for name in ["relu", "softplus", "tanh", "sigmoid", "silu", "gelu", "abs"]:
    # PyTorch has sign(NaN) = 0, so that |NaN| has gradient 0; here NaN stays NaN.
    case([name, X], [given(math.nan, 1)], UNARY[name][0], constant=[0] if name == "abs" else [])

for name, function in {
    "less": torch.lt,
    "lessEqual": torch.le,
    "equal": torch.eq,
    "notEqual": torch.ne,
    "greaterEqual": torch.ge,
    "greater": torch.gt,
}.items():
    case([name, X, Y], [given(1, 2, 3, math.nan), given(2, 2, 2, 2)], function)
    case([name, X, Y], [indices(2, 3, below=3).int(), indices(3, below=3).int()], function)
for name, function in {"logicalAnd": torch.logical_and, "logicalOr": torch.logical_or}.items():
    case([name, X, Y], [bools(2, 4), bools(4)], function)
case(["logicalNot", X], [bools(5)], torch.logical_not)
for shapes in [((2, 3), (2, 3), (2, 3)), ((2, 3), (3,), ()), ((4,), (1,), (4,)), ((2, 0), (2, 0), ())]:
    condition, left, right = shapes
    case(["select", X, Y, Z], [bools(*condition), floats(*left), floats(*right)], torch.where)
case(["cast", X, "i32"], [given(-1.75, -0.25, 0, 0.75, 100.5)], lambda x: x.int())
case(["cast", X, "bool"], [given(-1.75, 0, 0.25)], lambda x: x.bool())
case(["cast", X, "f32"], [indices(4, below=100).int()], lambda x: x.double())
case(["stopGradient", X], [floats(3)], lambda x: x.detach())

# --- reductions and order ----------------------------------------------------------------------------------------------

group("reductions")

REDUCTIONS = {
    "sum": torch.sum,
    "mean": torch.mean,
    "max": torch.amax,
    "min": torch.amin,
    "logSumExp": torch.logsumexp,
    "variance": lambda x, axes, keep: torch.var(x, axes, unbiased=False, keepdim=keep),
}
for name, function in REDUCTIONS.items():
    for shape, axes in [((2, 3, 4), [1]), ((2, 3, 4), [0, 2]), ((2, 3, 4), [-1]), ((5,), [0]), ((3, 1), [1])]:
        for keep in [False, True]:
            operand = distinct(*shape) if name in ("max", "min") else floats(*shape)
            options = [{"keepDims": True}] if keep else []
            case([name, X, axes, *options], [operand], lambda x: function(x, axes, keep))
for correction in [0, 1]:
    case(
        ["variance", X, [0, 1], {"correction": correction}],
        [floats(3, 4)],
        lambda x: torch.var(x, [0, 1], unbiased=correction == 1),
    )
case(["sum", X, [0]], [floats(0, 3)], lambda x: x.sum(0))
case(["logSumExp", X, [1]], [floats(2, 0)], lambda x: x.logsumexp(1))
case(["max", X, [0]], [floats(3, 0)], lambda x: x.amax(0))
case(["sum", X, [0]], [indices(4, 2, below=9).int()], lambda x: x.sum(0))
# Ties share the gradient of an extremum.
case(["max", X, [1]], [given(1, 3, 3, 2, 2, 2).reshape(2, 3)], lambda x: x.amax(1))
case(["min", X, [0, 1]], [given(1, 3, 1, 2, 2, 1).reshape(2, 3)], lambda x: x.amin([0, 1]))
case(["logSumExp", X, [0]], [given(1e4, 1e4, -1e4)], lambda x: x.logsumexp(0))
case(["logSumExp", X, [0]], [given(-math.inf, 1, 2)], lambda x: x.logsumexp(0))
case(["logSumExp", X, [0]], [given(-math.inf, -math.inf)], lambda x: x.logsumexp(0))
case(["variance", X, [0], {"correction": 1}], [given(3)], lambda x: x.var(0, unbiased=True))
case(["mean", X, [0]], [floats(0, 2)], lambda x: x.mean(0))
case(["max", X, [1]], [given(1, math.nan, 3, 4).reshape(2, 2)], lambda x: x.amax(1), constant=[0])
case(["max", X, [0]], [indices(4, 2, below=9).int()], lambda x: x.amax(0))
for shape, axis in [((2, 3, 2), 1), ((4,), 0), ((3, 1), -1), ((2, 0), 1)]:
    case(["cumsum", X, axis], [floats(*shape)], lambda x: x.cumsum(axis))
    case(
        ["cumsum", X, axis, {"reverse": True}],
        [floats(*shape)],
        lambda x: x.flip([axis]).cumsum(axis).flip([axis]),
    )
for name, function in {"softmax": torch.softmax, "logSoftmax": torch.log_softmax}.items():
    for shape, axis in [((2, 3), 1), ((2, 3), 0), ((2, 3, 2), -2), ((1,), 0), ((2, 0), 1)]:
        case([name, X, axis], [floats(*shape)], lambda x: function(x, axis))
    case([name, X, 0], [given(1e4, 0, -1e4, 1e4)], lambda x: function(x, 0))
    case([name, X, 0], [given(-math.inf, 1, 2)], lambda x: function(x, 0), constant=[0] if name == "logSoftmax" else [])
for shape, axis in [((3, 4), 1), ((3, 4), 0), ((2, 3, 4), 1), ((5,), -1), ((1,), 0)]:
    for descending in [False, True]:
        options = {"descending": descending}
        operand = distinct(*shape)
        case(["sort", X, axis, options], [operand], lambda x: x.sort(axis, descending).values)
        case(["argsort", X, axis, options], [operand], lambda x: x.argsort(axis, descending))
    case(["argmax", X, axis], [distinct(*shape)], lambda x: x.argmax(axis))
    case(["argmin", X, axis, {"keepDims": True}], [distinct(*shape)], lambda x: x.argmin(axis, keepdim=True))
# Equal elements keep their order.
for descending in [False, True]:
    tied = given(2, 1, 2, 1, 3, 2)
    case(
        ["sort", X, 0, {"descending": descending}],
        [tied],
        lambda x: x.sort(dim=0, descending=descending, stable=True).values,
    )
    case(
        ["argsort", X, 0, {"descending": descending}],
        [tied],
        lambda x: x.sort(dim=0, descending=descending, stable=True).indices,
    )


def top_k(x, k, axis):
    values, places = x.topk(k, axis)
    return places, values  # canonical order: indices, values


case(["topK", X, 2, 1], [distinct(3, 4)], lambda x: top_k(x, 2, 1))
case(["topK", X, 3, 0], [distinct(3, 4)], lambda x: top_k(x, 3, 0))
case(["topK", X, 1, -1], [distinct(5)], lambda x: top_k(x, 1, -1))

# --- products ----------------------------------------------------------------------------------------------------------

group("products")

for left, right in [
    ((3, 4), (4, 2)),
    ((1, 1), (1, 1)),
    ((2, 3, 4), (2, 4, 2)),
    ((2, 3, 4), (4, 2)),
    ((3, 4), (2, 4, 2)),
    ((2, 1, 3, 4), (3, 4, 2)),
    ((5, 1, 2), (1, 2, 3)),
    ((2, 0), (0, 3)),
    ((0, 2), (2, 3)),
]:
    case(["matmul", X, Y], [floats(*left), floats(*right)], torch.matmul)
for spec, *shapes in [
    ("ij,jk->ik", (3, 4), (4, 2)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)),
    ("ij,kj->ik", (3, 4), (2, 4)),
    ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)),
    ("i,j->ij", (3,), (4,)),
    ("ij->ji", (2, 3)),
    ("ii->", (3, 3)),
    ("ii->i", (3, 3)),
    ("ij->", (2, 3)),
    ("ijk->ik", (2, 3, 4)),
    ("...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)),
    ("...i,i->...", (2, 2, 3), (3,)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    ("nchw,oc->nohw", (2, 3, 2, 2), (4, 3)),
    ("ij,ij->", (2, 3), (2, 3)),
    ("ij,ij->i", (2, 3), (2, 3)),
]:
    case(["einsum", spec, *[X, Y, Z][: len(shapes)]], [floats(*s) for s in shapes], lambda *xs: torch.einsum(spec, *xs))


def attention(q, k, v, causal=False):
    """Equation 1 of Vaswani et al.; PyTorch has it as one function from version 2 on."""
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if causal:
        queries, keys = scores.shape[-2:]
        seen = torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)
        scores = scores.masked_fill(~seen, -math.inf)
    return scores.softmax(-1) @ v


for q, k, v in [((3, 4), (5, 4), (5, 2)), ((2, 2, 3, 4), (2, 2, 3, 4), (2, 2, 3, 4)), ((1, 1, 1), (1, 1, 1), (1, 1, 3))]:
    for causal in [False, True]:
        case(
            ["scaledDotProductAttention", X, Y, Z, {"causal": causal}],
            [floats(*q), floats(*k), floats(*v)],
            lambda q, k, v: attention(q, k, v, causal),
        )

# --- structure ---------------------------------------------------------------------------------------------------------

group("structure")

for shape, target in [((2, 6), (3, 4)), ((2, 6), (-1,)), ((4,), (2, 1, 2)), ((), (1, 1)), ((2, 0), (0, 5))]:
    case(["reshape", X, list(target)], [floats(*shape)], lambda x: x.reshape(target))
for shape, axes in [((2, 3), (1, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 1, 3, 2), (0, 2, 3, 1)), ((), ())]:
    case(["permute", X, list(axes)], [floats(*shape)], lambda x: x.permute(axes))
case(["transpose", X], [floats(2, 3, 4)], lambda x: x.transpose(-2, -1))
case(["swapAxes", X, 0, -1], [floats(2, 3, 4)], lambda x: x.transpose(0, -1))
case(["squeeze", X, [1, -1]], [floats(2, 1, 3, 1)], lambda x: x.squeeze(-1).squeeze(1))
case(["expandDims", X, -1], [floats(2, 3)], lambda x: x.unsqueeze(-1))
for shape, target in [((3,), (2, 3)), ((2, 1), (4, 2, 3)), ((), (2, 2)), ((1, 1), (0, 3))]:
    case(["broadcastTo", X, list(target)], [floats(*shape)], lambda x: x.broadcast_to(target))
case(["slice", X, 0, 1, 3], [floats(4, 2)], lambda x: x[1:3])
case(["slice", X, 1, 0, 5, 2], [floats(2, 5)], lambda x: x[:, 0:5:2])
case(["slice", X, 1, 1, 6, 3], [floats(2, 7)], lambda x: x[:, 1:6:3])
case(["slice", X, 0, 2, 2], [floats(4)], lambda x: x[2:2])
case(["split", X, 3, 1], [floats(2, 6)], lambda x: x.chunk(3, 1))
case(["split", X, 2, -2], [floats(2, 4, 3)], lambda x: x.chunk(2, -2))
case(["concat", [X, Y], 0], [floats(1, 3), floats(2, 3)], lambda *xs: torch.cat(xs, 0))
case(["concat", [X, Y, Z], -1], [floats(2, 1), floats(2, 0), floats(2, 3)], lambda *xs: torch.cat(xs, -1))
case(["concat", [X, X], 0], [floats(2)], lambda x: torch.cat([x, x]))
case(["stack", [X, Y], 0], [floats(2, 3), floats(2, 3)], lambda *xs: torch.stack(xs, 0))
case(["stack", [X, Y, Z], -1], [floats(2), floats(2), floats(2)], lambda *xs: torch.stack(xs, -1))
case(["flip", X, [0]], [floats(4)], lambda x: x.flip([0]))
case(["flip", X, [1, -1]], [floats(2, 3, 2)], lambda x: x.flip([1, -1]))
for widths in [[[1, 2]], [[-1, 2]], [[0, -2]], [[0, 0]]]:
    case(["pad", X, widths], [floats(4)], lambda x: F.pad(x, widths[0]))
case(["pad", X, [[1, 0], [0, 2]], {"value": 1.5}], [floats(2, 3)], lambda x: F.pad(x, [0, 2, 1, 0], value=1.5))
case(["pad", X, [[2, 1], [1, 1]]], [floats(0, 3)], lambda x: F.pad(x, [1, 1, 2, 1]))
for mode in ["reflect", "replicate"]:
    case(
        ["pad", X, [[0, 0], [0, 0], [2, 1]], {"mode": mode}],
        [floats(2, 2, 4)],
        lambda x: F.pad(x, [2, 1], mode=mode),
    )
    case(
        ["pad", X, [[0, 0], [0, 0], [1, 2], [0, 1]], {"mode": mode}],
        [floats(1, 2, 3, 3)],
        lambda x: F.pad(x, [0, 1, 1, 2], mode=mode),
    )
case(
    ["pad", X, [[0, 0], [0, 0], [1, 1], [1, 0], [0, 2]], {"mode": "replicate"}],
    [floats(1, 1, 2, 2, 3)],
    lambda x: F.pad(x, [0, 2, 1, 0, 1, 1], mode="replicate"),
)
for shape, factor in [((2, 1, 3), 2), ((1, 2, 2, 3), 2), ((1, 1, 2, 1, 2), 3)]:
    case(["upsampleNearest", X, factor], [floats(*shape)], lambda x: F.interpolate(x, scale_factor=factor))
case(["pixelShuffle", X, 2], [floats(2, 8, 2, 3)], lambda x: F.pixel_shuffle(x, 2))
case(["pixelShuffle", X, 3], [floats(1, 9, 1, 2)], lambda x: F.pixel_shuffle(x, 3))
case(["spaceToDepth", X, 2], [floats(2, 2, 4, 6)], lambda x: F.pixel_unshuffle(x, 2))
case(["spaceToDepth", X, 3], [floats(1, 1, 3, 6)], lambda x: F.pixel_unshuffle(x, 3))

# --- indices -----------------------------------------------------------------------------------------------------------

group("indices")

case(["gather", X, Y, 0], [floats(4, 3), indices(5, below=4)], lambda x, i: x.index_select(0, i))
case(["gather", X, Y, 1], [floats(2, 4, 3), indices(3, below=4)], lambda x, i: x.index_select(1, i))
case(["gather", X, Y, -1], [floats(2, 5), indices(2, 2, below=5)], lambda x, i: x[:, i])
case(["gather", X, Y, 0], [floats(3), indices(below=3)], lambda x, i: x[i])
case(["gather", X, Y, 0], [floats(3, 2), indices(0, below=3)], lambda x, i: x[i])
case(["embed", X, Y], [floats(5, 3), indices(2, 4, below=5)], lambda t, i: F.embedding(i, t))
case(["embed", X, Y], [floats(1, 1), indices(3, below=1)], lambda t, i: F.embedding(i, t))
case(["takeAlong", X, Y, 1], [floats(3, 4), indices(3, 2, below=4)], lambda x, i: x.take_along_dim(i, 1))
case(["takeAlong", X, Y, 0], [floats(3, 4), indices(5, 4, below=3)], lambda x, i: x.take_along_dim(i, 0))
case(["takeAlong", X, Y, -2], [floats(2, 3, 2), indices(2, 1, 2, below=3)], lambda x, i: x.take_along_dim(i, -2))
case(
    ["scatterAdd", X, Y, Z, 0],
    [floats(4, 3), indices(6, below=4), floats(6, 3)],
    lambda x, i, u: x.index_add(0, i, u),
)
case(
    ["scatterAdd", X, Y, Z, 1],
    [floats(2, 4), indices(3, below=4), floats(2, 3)],
    lambda x, i, u: x.index_add(1, i, u),
)
case(
    ["scatterAdd", X, Y, Z, 0],
    [floats(3), indices(2, 2, below=3), floats(2, 2)],
    lambda x, i, u: x.index_add(0, i.reshape(-1), u.reshape(-1)),
)
case(["oneHot", X, 4], [indices(2, 3, below=4)], lambda i: F.one_hot(i, 4).double())

# --- convolutions ------------------------------------------------------------------------------------------------------

group("convolutions")

CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


def conv(rank, sizes, window, channels=2, outputs=2, batch=1, groups=1, **options):
    kernel = floats(outputs, channels // groups, *window)
    settings = {**options, **({"groups": groups} if groups > 1 else {})}
    case(
        [f"conv{rank}d", X, Y, settings],
        [floats(batch, channels, *sizes), kernel],
        lambda x, k: CONV[rank](x, k, groups=groups, **options),
    )


def transposed(rank, sizes, window, channels=2, outputs=2, batch=1, groups=1, **options):
    kernel = floats(channels, outputs // groups, *window)
    renamed = {"outputPadding" if name == "output_padding" else name: value for name, value in options.items()}
    settings = {**renamed, **({"groups": groups} if groups > 1 else {})}
    case(
        [f"convTranspose{rank}d", X, Y, settings],
        [floats(batch, channels, *sizes), kernel],
        lambda x, k: TRANSPOSED[rank](x, k, groups=groups, **options),
    )


conv(1, [6], [3], batch=2)
conv(1, [7], [3], stride=2, padding=1)
conv(1, [7], [2], dilation=3)
conv(1, [5], [3], channels=4, outputs=4, groups=2)
conv(1, [5], [3], channels=3, outputs=3, groups=3)
conv(1, [5], [3], padding="same")
conv(1, [5], [4], padding="same")
conv(1, [6], [3], padding="same", dilation=2)
conv(1, [1], [1])
conv(2, [5, 4], [3, 2], batch=2)
conv(2, [6, 6], [3, 3], stride=2, padding=1)
conv(2, [5, 6], [2, 3], stride=[2, 1], padding=[1, 2])
conv(2, [6, 5], [2, 3], dilation=[2, 1], padding=1)
conv(2, [4, 4], [3, 3], channels=4, outputs=6, groups=2, padding=1)
conv(2, [4, 4], [3, 3], channels=3, outputs=6, groups=3, padding=1)
conv(2, [4, 4], [1, 1], channels=3, outputs=1)
conv(2, [7, 7], [3, 3], stride=3)
conv(2, [4, 5], [4, 4], padding="same")
conv(2, [3, 3], [2, 2], batch=0)
conv(3, [3, 4, 3], [2, 2, 2])
conv(3, [4, 4, 4], [3, 2, 3], stride=[2, 1, 2], padding=1)
conv(3, [3, 3, 4], [2, 1, 2], channels=4, outputs=2, groups=2, dilation=[1, 1, 2])
case(
    ["conv2d", X, Y, {"padding": [[2, 0], [1, 3]], "stride": 2}],
    [floats(1, 2, 4, 4), floats(2, 2, 3, 3)],
    lambda x, k: F.conv2d(F.pad(x, [1, 3, 2, 0]), k, stride=2),
)
case(
    ["conv2d", X, Y, {"padding": [[-1, 2], [0, -1]]}],
    [floats(1, 1, 5, 5), floats(1, 1, 2, 2)],
    lambda x, k: F.conv2d(F.pad(x, [0, -1, -1, 2]), k),
)
case(
    ["conv1d", X, Y, {"padding": "causal", "dilation": 2}],
    [floats(1, 2, 6), floats(2, 2, 3)],
    lambda x, k: F.conv1d(F.pad(x, [4, 0]), k, dilation=2),
)
transposed(1, [4], [3], batch=2)
transposed(1, [4], [3], stride=2, padding=1, output_padding=1)
transposed(1, [3], [2], stride=3)
transposed(1, [4], [3], dilation=2, padding=1)
transposed(1, [4], [2], channels=4, outputs=4, groups=2, stride=2)
transposed(2, [3, 3], [3, 3], stride=2, padding=1, output_padding=1)
transposed(2, [3, 4], [4, 4], stride=2, padding=1)
transposed(2, [3, 2], [2, 3], stride=[1, 2], padding=[0, 1], output_padding=[0, 1])
transposed(2, [3, 3], [3, 2], channels=4, outputs=2, groups=2, dilation=[2, 1])
transposed(2, [1, 1], [2, 2])
transposed(3, [2, 3, 2], [2, 2, 2], stride=2)
transposed(3, [2, 2, 2], [3, 2, 3], stride=[2, 1, 2], padding=[1, 0, 1], output_padding=[1, 0, 0])

# Whatever else the options can be together.
for _ in range(40):
    pick = numbers.choice
    rank = pick([1, 2, 3])
    groups_of_channels = pick([1, 1, 2])
    stride = [pick([1, 2, 3]) for _ in range(rank)]
    options = {
        "stride": stride,
        "padding": [pick([0, 1, 2]) for _ in range(rank)],
        "dilation": [pick([1, 1, 2]) for _ in range(rank)],
        "groups": groups_of_channels,
        "channels": groups_of_channels * pick([1, 2]),
        "outputs": groups_of_channels * pick([1, 2]),
    }
    conv(rank, [pick([3, 4, 5]) for _ in range(rank)], [pick([1, 2]) for _ in range(rank)], **options)
    transposed(
        rank,
        [pick([2, 3]) for _ in range(rank)],
        [pick([3, 4]) for _ in range(rank)],
        output_padding=[numbers.randrange(step) for step in stride],
        **{**options, "padding": [pick([0, 1]) for _ in range(rank)]},
    )

# --- pooling -----------------------------------------------------------------------------------------------------------

group("pooling")

POOLS = {
    "max": {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d},
    "avg": {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d},
}
for kind, functions in POOLS.items():
    for rank, sizes, options in [
        (1, (6,), {"kernel": 2}),
        (1, (7,), {"kernel": 3, "stride": 2}),
        (1, (7,), {"kernel": 3, "stride": 2, "padding": 1}),
        (2, (4, 6), {"kernel": 2}),
        (2, (5, 5), {"kernel": 3, "stride": 1, "padding": 1}),
        (2, (5, 6), {"kernel": [2, 3], "stride": [1, 2]}),
        (2, (5, 5), {"kernel": 2}),
        (3, (2, 4, 4), {"kernel": 2}),
        (3, (3, 3, 3), {"kernel": [2, 1, 2], "stride": 1}),
    ]:
        settings = {"kernel_size" if name == "kernel" else name: value for name, value in options.items()}
        case([f"{kind}Pool{rank}d", X, options], [distinct(1, 2, *sizes)], lambda x: functions[rank](x, **settings))

# --- normalisation -----------------------------------------------------------------------------------------------------

group("normalisation")

for shape in [(3, 4), (2, 3, 5), (6,)]:
    case(["layerNorm", X], [floats(*shape)], lambda x: F.layer_norm(x, x.shape[-1:]))
    case(
        ["rmsNorm", X, {"epsilon": 1e-6}],
        [floats(*shape)],
        lambda x: x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-6),
    )
case(["layerNorm", X, {"epsilon": 0.5}], [floats(3, 4)], lambda x: F.layer_norm(x, [4], eps=0.5))
case(["layerNorm", X], [floats(3, 1)], lambda x: F.layer_norm(x, [1]))
for shape, count in [((2, 4, 3), 2), ((2, 4, 2, 3), 4), ((1, 6, 2, 2), 1), ((2, 6, 2, 1, 2), 3)]:
    case(["groupNorm", X, count], [floats(*shape)], lambda x: F.group_norm(x, count))
for shape in [(4, 3), (3, 2, 4), (2, 3, 2, 2)]:
    case(["batchNorm", X], [floats(*shape)], lambda x: F.batch_norm(x, None, None, training=True))
    case(
        ["batchNorm", X, {"mean": Y, "variance": Z}],
        [floats(*shape), floats(shape[1]), floats(shape[1], **POSITIVE)],
        lambda x, mean, variance: F.batch_norm(x, mean, variance),
        constant=[1, 2],
    )
    axes = [0, *range(2, len(shape))]
    case(["batchMoments", X], [floats(*shape)], lambda x: (x.mean(axes), x.var(axes, unbiased=False)))

# --- files -------------------------------------------------------------------------------------------------------------

for name, contents in groups.items():
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in contents)
    (FOLDER / f"{name}.golden.json").write_text(f"[\n{lines}\n]\n")
print(f"PyTorch {torch.__version__}:", {name: len(contents) for name, contents in groups.items()})
