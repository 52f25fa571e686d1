import numpy as np
import onnx
import pytest
from onnxruntime import InferenceSession

from parley.model.onnx_files import Setting, write_int8


@pytest.fixture(scope="module")
def batch(exported):
    names = [value.name for value in InferenceSession(str(exported / "onnx" / "fp32.onnx")).get_inputs()]
    ids = np.random.default_rng(0).integers(5, 40, (8, 12))
    return {name: ids if name == "input_ids" else np.full_like(ids, name == "attention_mask") for name in names}


@pytest.mark.parametrize(("spared", "left"), [(0, 0), (0.5, 2), (1, 4)])
def test_feed_forward_products_are_spared_from_the_first_layer_up(exported, batch, tmp_path, spared, left):
    source, target = exported / "onnx" / "fp32.onnx", tmp_path / "int8.onnx"
    write_int8(source, target, [batch], Setting(7, spared))
    model = onnx.load(target)
    kinds = [node.op_type for node in model.graph.node]
    weights = {tensor.name for tensor in model.graph.initializer}
    products = [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in weights]
    assert kinds.count("MatMulInteger") == 12 - left
    assert len(products) == left + 2, "pooler and classifier stay in fp32"
    assert [path.name for path in tmp_path.iterdir()] == ["int8.onnx"]


def test_evening_out_alone_changes_no_answer(exported, batch, tmp_path, monkeypatch):
    source, target = exported / "onnx" / "fp32.onnx", tmp_path / "even.onnx"
    monkeypatch.setattr("parley.model.onnx_files.quantize_dynamic", lambda even, target, **_: even.rename(target))
    write_int8(source, target, [batch], Setting(7, 0))
    before, after = (InferenceSession(str(file)).run(None, batch)[0] for file in (source, target))
    assert np.abs(before - after).max() < 1e-5
    assert len(onnx.load(target).graph.node) > len(onnx.load(source).graph.node)
