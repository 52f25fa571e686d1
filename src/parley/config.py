"""YAML recipes as typed settings: an unknown key, a wrong type or a bad range is an error that names the key."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from parley.errors import ConfigError, nearest
from parley.labels import LABELS

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


class Section(BaseModel):
    """A part of the config; unknown keys are errors and nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DataSettings(Section):
    """Which rows are read.

    Attributes:
        train: file of training rows.
        validation: file that the best checkpoint is chosen on.
        general: file of ordinary sentences without a stance, one a line, that the first stage for corpora learns from
            beside the rows; empty for none.
        unlabelled: file of sentences, one a line, that the teachers of ``TrainingSettings`` label: each party that the
            alias table finds in one makes a training row; empty for none.
        train_share: share of the training rows to use, whole groups at a time, for learning curves.
        drop_labels: labels whose rows are left out on purpose; how many is said each time.
        overlap: what the same text or group in two splits is: an ``error``, or a ``warning`` for
            public data that is published so.
    """

    train: str = "data/train.jsonl"
    validation: str = "data/validation.jsonl"
    general: str = ""
    unlabelled: str = ""
    train_share: float = Field(default=1.0, gt=0.0, le=1.0)
    drop_labels: list[str] = []
    overlap: Literal["error", "warning"] = "error"


class EncodingSettings(Section):
    """How (text, actor) becomes model input.

    Attributes:
        form: ``pair`` (actor and text as two segments), ``marked`` (brackets around the actor in the
            text), ``both``, or ``blind`` (the text alone: the control that never sees the actor).
        max_length: longest input in tokens; a longer text is cut to a window around the actor.
    """

    form: Literal["pair", "marked", "both", "blind"] = "marked"
    max_length: int = Field(default=160, ge=16, le=8192)


class TrainingSettings(Section):
    """Settings of the fine-tuning; every other key is handed to ``transformers.TrainingArguments`` by its own name.

    Attributes:
        seed: seed of everything random.
        freeze_embeddings: leave the word embeddings as pretrained (faster, and unseen names keep their place).
        class_weights: weigh the loss by inverse label frequency.
        swap_names: share of training rows that each epoch shows under another party's name of the same kind (of those
            whose actor holds a name the alias table knows).
        consistency: weight of the divergence between two readings of each row, with other dropout and, as often as
            ``swap_names`` says, under another name (R-Drop: Liang et al. 2021, NeurIPS 34); a step costs twice as much.
        whole_sentences: draw the rows of one text together, so that nearly all stand in one batch; takes the place of
            ``train_sampling_strategy``.
        dropout: share of values set to zero wherever the encoder has dropout; ``None`` leaves it as the encoder comes.
        teachers: run folders whose mean probabilities the model learns from beside the labels (Hinton et al. 2015,
            Distilling the Knowledge in a Neural Network).
        teacher_share: how much of a row's target is the teachers' word; its label is the rest.
        head_learning_rate: learning rate of what stands above the encoder (pooler and classifier), which starts from
            random weights; ``None`` takes ``learning_rate``.
        layer_decay: factor of the learning rate from each layer of the encoder to the one below it (Howard and Ruder
            2018, ACL, sec. 3.2); the top layer has ``learning_rate``.
    """

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    seed: int = Field(default=0, ge=0, lt=2**32)
    freeze_embeddings: bool = False
    class_weights: bool = False
    swap_names: Fraction = 0.0
    consistency: float = Field(default=0.0, ge=0.0)
    whole_sentences: bool = False
    dropout: Fraction | None = None
    teachers: list[str] = []
    teacher_share: Fraction = 0.5
    head_learning_rate: float | None = Field(default=None, gt=0.0)
    layer_decay: float = Field(default=1.0, gt=0.0, le=1.0)

    @model_validator(mode="after")
    def _two_readings_differ(self) -> "TrainingSettings":
        if self.consistency and self.dropout == 0.0 and not self.swap_names:
            raise ValueError("consistency: expected dropout or swap_names with it, for else both readings are the same")
        return self

    def passed_through(self) -> dict[str, Any]:
        """Return the keys meant for ``TrainingArguments``, the seed among them."""
        return {"seed": self.seed, **(self.model_extra or {})}


class Settings(Section):
    """A whole recipe.

    Attributes:
        labels: label names in their fixed order.
        encoder: ``minilm`` (packaged), ``tiny`` (made on the spot from the training text), a hub name or a path.
        encoder_layers: how many of the encoder's layers to keep, evenly spread; ``None`` for all.
        data: see ``DataSettings``.
        encoding: see ``EncodingSettings``.
        training: see ``TrainingSettings``.
    """

    labels: list[str] = list(LABELS)
    encoder: str = Field(default="minilm", min_length=1)
    encoder_layers: int | None = Field(default=None, ge=1)
    data: DataSettings = DataSettings()
    encoding: EncodingSettings = EncodingSettings()
    training: TrainingSettings = TrainingSettings()

    @field_validator("labels")
    @classmethod
    def _labels_are_distinct(cls, labels: list[str]) -> list[str]:
        if len(labels) < 2 or len(set(labels)) < len(labels) or not all(labels):
            raise ValueError("expected at least two different, non-empty label names")
        return labels

    @model_validator(mode="after")
    def _unlabelled_text_has_teachers(self) -> "Settings":
        if self.data.unlabelled and not self.training.teachers:
            raise ValueError("data.unlabelled: expected training.teachers with it, runs that label its sentences")
        return self


class _Loader(yaml.SafeLoader):
    """Safe YAML in which ``2e-5`` is a number, as YAML 1.2 has it, and a key given twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping, refusing a key that stands in it twice."""
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"key {twice!r} given twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?\d+(\.\d*)?[eE][-+]?\d+$"), list("-+0123456789")
)


def load_config(path: str | Path, overrides: list[str] | None = None) -> Settings:
    """Read a YAML recipe and apply ``a.b=value`` overrides (values are YAML).

    Raises:
        ConfigError: the file is missing or not YAML, or a key or value is wrong; all faults are listed.
    """
    path = Path(path)
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), _Loader) or {}
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such config file; the recipes that come with Parley are in configs/") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected YAML in UTF-8, found: {error}") from None
    if not isinstance(raw, dict):
        raise ConfigError(f"{path}: expected a mapping of keys to values, found {type(raw).__name__}")
    for override in overrides or []:
        _apply(raw, override)
    return parse_settings(raw, str(path))


def parse_settings(raw: dict[str, Any], source: str) -> Settings:
    """Check a mapping against the settings; ``source`` names it in errors."""
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        faults = "\n".join(f"  {_explain(fault)}" for fault in error.errors())
        raise ConfigError(f"{source}: {error.error_count()} fault(s) in the config\n{faults}") from None


def settings_of(run: Path) -> Settings:
    """Return the recipe that a run was trained by, from its ``run.yaml``."""
    record = yaml.safe_load((run / "run.yaml").read_text(encoding="utf-8"))
    return parse_settings(record["config"], str(run / "run.yaml"))


def _apply(raw: dict[str, Any], override: str) -> None:
    key, equals, value = override.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set {override}: expected KEY=VALUE, such as training.seed=1")
    *parents, last = key.strip().split(".")
    node = raw
    for parent in parents:
        node = node.setdefault(parent, {})
        if not isinstance(node, dict):
            raise ConfigError(f"--set {override}: {parent!r} holds a value, not a section")
    try:
        node[last] = yaml.load(value, _Loader)
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {override}: the value is not YAML: {error}") from None


def _explain(fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        section: Any = Settings
        for part in fault["loc"][:-1]:
            section = section.model_fields[part].annotation
        known = list(section.model_fields)
        hint = nearest(str(fault["loc"][-1]), known)
        return f"unknown key {key!r}{hint}; known here: {', '.join(known)}"
    return f"{key}: {fault['msg']}; found {fault['input']!r}"
