"""A checkpoint as ONNX files: fp32 as PyTorch has it, and int8 with its activations evened out first."""

import copy
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from parley.errors import needing

with needing("onnx and onnxscript to export a run", "train"):
    import onnx
    import onnxscript  # noqa: F401  (torch needs it)
    from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
    from onnxruntime import InferenceSession
    from onnxruntime.quantization import QuantType, quantize_dynamic

OPSET = 23
"""The first with an ``Attention`` operator; what PyTorch attends with becomes one node."""


SMOOTHING = 0.5
"""How much of the width of a channel moves from the activations to the weights: ``alpha`` of SmoothQuant."""


@dataclass(frozen=True)
class Setting:
    """How a model becomes int8.

    Attributes:
        bits: of a weight. With 8, x86 processors without VNNI instructions overflow; 7 are exact everywhere.
        spared: share of the feed-forward products, from the first layer up, that stays in fp32; early ones hold the
            widest values and lose most.
    """

    bits: int
    spared: float

    def __str__(self) -> str:
        return f"int8, {self.bits} bits" + (f", {self.spared:.0%} fp32" if self.spared else "")


SETTINGS = (Setting(7, 0), Setting(8, 0), Setting(7, 1 / 6), Setting(7, 1 / 3), Setting(7, 2 / 3), Setting(7, 1))
"""What is tried, the fastest first."""


def write_fp32(run: Path, target: Path) -> None:
    """Write the checkpoint of a run as one ONNX file with dynamic batch and length."""
    model = AutoModelForSequenceClassification.from_pretrained(run, dtype="float32", use_safetensors=True).eval()
    names = AutoTokenizer.from_pretrained(run).model_input_names
    sample = {name: torch.ones((2, 8), dtype=torch.long) for name in names}
    sizes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")}
    with _quiet():
        program: Any = torch.onnx.export(
            model,
            kwargs=sample,
            dynamo=True,
            dynamic_shapes=dict.fromkeys(sample, sizes),
            input_names=list(sample),
            output_names=["logits"],
            opset_version=OPSET,
            verbose=False,
        )
    program.save(str(target), external_data=False)


def write_int8(source: Path, target: Path, batches: Sequence[dict[str, NDArray[np.int64]]], setting: Setting) -> None:
    """Quantise the matrix products of an fp32 file: weights per output channel ahead of time, activations as they come.

    Feed-forward products, whose inputs are widest, are first evened out: over channels as SmoothQuant does (Xiao et al.
    2023, eq. 4), and over tokens by a scale of each token's own. Pooler and classifier stay in fp32: they take no time.

    Args:
        source: the fp32 file.
        target: the int8 file to write.
        batches: padded columns, by which the width of each channel is measured.
        setting: how much of it becomes int8.
    """
    model = onnx.load(source)
    del model.graph.value_info[:]  # shapes noted by the exporter contradict those the quantiser infers
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    products = [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in weights]
    for i, node in enumerate(products):
        node.name = f"product_{i}"
    wide = [node for node in products if len(set(weights[node.input[1]].dims)) == 2]
    head = [
        f"{node.name}_MatMul" for node in model.graph.node if node.op_type == "Gemm"
    ]  # the quantiser's name for them
    first = round(setting.spared * len(wide))
    widths = _channel_widths(model, [node.input[0] for node in wide], batches)
    for node in wide[first:]:
        _even_out(model, node, weights[node.input[1]], widths[node.input[0]])
    with _quiet(), tempfile.TemporaryDirectory(dir=target.parent) as folder:
        even = Path(folder) / "even.onnx"
        onnx.save(model, even)
        quantize_dynamic(
            even,
            target,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=[node.name for node in wide[:first]] + head,
            per_channel=True,
            reduce_range=setting.bits == 7,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back the exporter's and the quantiser's remarks, which no user can act on."""
    loggers = [logging.getLogger(name) for name in ("", "torch.onnx")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _channel_widths(
    model: ModelProto, names: Sequence[str], batches: Sequence[dict[str, NDArray[np.int64]]]
) -> dict[str, NDArray[np.float32]]:
    """Return the largest absolute value that each channel of some activations takes, padding left out."""
    watched = copy.deepcopy(model)
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    seen = [
        [np.abs(values[batch["attention_mask"] > 0]).max(0) for values in session.run(list(names), batch)]
        for batch in batches
    ]
    return {name: np.max([widths[i] for widths in seen], axis=0) for i, name in enumerate(names)}


def _even_out(model: ModelProto, product: NodeProto, weight: TensorProto, width: NDArray[np.float32]) -> None:
    """Divide the input of a product by a scale for each channel, then for each token; multiply weight and output."""
    matrix = numpy_helper.to_array(weight)
    scale = np.maximum(width, 1e-3) ** SMOOTHING / np.maximum(np.abs(matrix).max(1), 1e-5) ** (1 - SMOOTHING)
    weight.CopyFrom(numpy_helper.from_array(matrix * scale[:, None].astype(np.float32), weight.name))
    x, y = product.input[0], product.output[0]
    constants = {"channels": (1 / scale).astype(np.float32), "last": np.array([-1]), "least": np.float32(1e-6)}
    names = {name: f"{y}_{name}" for name in (*constants, "smooth", "size", "most", "scale", "even", "product")}
    model.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value), names[name]) for name, value in constants.items()
    )
    product.input[0], product.output[0] = names["even"], names["product"]
    before = [
        helper.make_node("Mul", [x, names["channels"]], [names["smooth"]]),
        helper.make_node("Abs", [names["smooth"]], [names["size"]]),
        helper.make_node("ReduceMax", [names["size"], names["last"]], [names["most"]], keepdims=1),
        helper.make_node("Max", [names["most"], names["least"]], [names["scale"]]),
        helper.make_node("Div", [names["smooth"], names["scale"]], [names["even"]]),
    ]
    place = next(i for i, node in enumerate(model.graph.node) if node.name == product.name)
    model.graph.node.insert(place + 1, helper.make_node("Mul", [names["product"], names["scale"]], [y]))
    for node in reversed(before):
        model.graph.node.insert(place, node)
