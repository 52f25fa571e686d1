"""Exporting a run: ONNX files that answer as the checkpoint does, or are refused with the figures."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parley.data.encoding import encode
from parley.data.rows import checked_rows, sha256
from parley.errors import RunError
from parley.evaluation.bootstrap import Resampler
from parley.evaluation.compare import Difference, difference
from parley.evaluation.metrics import Probabilities
from parley.model.backends import ONNX_BUDGET, OnnxBackend, has_vnni
from parley.model.batching import batches
from parley.model.classifier import StanceClassifier
from parley.model.onnx_files import SETTINGS, Setting, write_fp32, write_int8

MOST_LOST = 0.005
"""Accuracy that an int8 file may lose."""
MOST_FLIPS = 0.01
"""Share of labels that an int8 file may change."""
TOLERANCE = 1e-3
"""Largest difference of a probability that fp32 may show: both compute the same in another order."""
CALIBRATION = 128
"""Rows by which the width of each channel is measured."""


@dataclass(frozen=True)
class Trial:
    """One ONNX file beside the checkpoint on the same rows.

    Attributes:
        precision: ``fp32`` or ``int8``.
        setting: what of it is int8, in words.
        bits: of a weight.
        megabytes: size of the file, in 10**6 bytes.
        max_difference: largest absolute difference of a probability.
        flips: rows whose label differs.
        accuracy: the file's accuracy minus the checkpoint's, paired.
        accepted: whether it may be used.
    """

    precision: str
    setting: str
    bits: int
    megabytes: float
    max_difference: float
    flips: int
    accuracy: Difference
    accepted: bool


@dataclass(frozen=True)
class Export:
    """What an export wrote and measured; kept as ``onnx/export.json``.

    Attributes:
        chosen: the precision that ``auto`` uses.
        bits: of a weight in the last file; int8 with 8 is used only where the processor does not overflow.
        data: file of rows it was measured on.
        support: number of its rows.
        accuracy: accuracy of the checkpoint on them.
        weights_sha256: SHA-256 of the ``model.safetensors`` that was exported.
        trials: each file that was made, in order.
    """

    chosen: str
    bits: int
    data: str
    support: int
    accuracy: float
    weights_sha256: str
    trials: list[Trial]


def export(run: Path, data: Path | None = None, settings: Sequence[Setting] = SETTINGS) -> Export:
    """Write ``RUN/onnx``: fp32, and the fastest int8 that passes; an earlier one is replaced at the end.

    Args:
        run: the run folder.
        data: labelled rows to compare on; the recipe's validation file by default.
        settings: what is tried for int8; the first that passes is kept.

    Raises:
        RunError: the run is incomplete, or its fp32 file does not answer as the checkpoint does.
        DataError: the rows cannot be read.
    """
    checkpoint = StanceClassifier.from_pretrained(run, "torch")
    data = data or Path(checkpoint.settings.data.validation)
    judge = _Judge(checkpoint, run, data)
    partial = run / "onnx.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    write_fp32(run, partial / "fp32.onnx")
    trials = [judge.trial(partial / "fp32.onnx", "fp32", 32)]
    if not trials[0].accepted:
        raise RunError(
            f"{run}: expected fp32 ONNX within {TOLERANCE} of the checkpoint, found a probability off by "
            f"{trials[0].max_difference:.4f}; use the torch backend for this model"
        )
    sample, overflows = judge.sample(CALIBRATION), not has_vnni()
    for setting in settings:
        if setting.bits == 8 and overflows:
            continue
        write_int8(partial / "fp32.onnx", partial / "int8.onnx", sample, setting)
        trials.append(judge.trial(partial / "int8.onnx", str(setting), setting.bits))
        if trials[-1].accepted:
            break
        (partial / "int8.onnx").unlink()
    result = Export(
        chosen="int8" if (partial / "int8.onnx").is_file() else "fp32",
        bits=trials[-1].bits,
        data=str(data),
        support=len(judge.truth),
        accuracy=float(np.mean([x == y for x, y in zip(judge.truth, judge.guesses, strict=True)])),
        weights_sha256=sha256(run / "model.safetensors"),
        trials=trials,
    )
    (partial / "export.json").write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(run / "onnx", ignore_errors=True)
    partial.rename(run / "onnx")
    return result


class _Judge:
    """The checkpoint's answers to some rows, to hold others against."""

    def __init__(self, checkpoint: StanceClassifier, run: Path, data: Path) -> None:
        rows = checked_rows(data, checkpoint.labels, checkpoint.settings.data.drop_labels)
        self.run, self.settings, self.labels = run, checkpoint.settings, checkpoint.labels
        self.tokenizer = checkpoint.backend.tokenizer
        self.texts, self.actors = [row["text"] for row in rows], [row["actor"] for row in rows]
        self.spans = [(row["start"], row["end"]) for row in rows]
        self.truth = [row["label"] for row in rows]
        self.draws = Resampler.over([row["group"] for row in rows])
        self.probabilities = self._ask(checkpoint)
        self.guesses = self._guesses(self.probabilities)

    def sample(self, rows: int) -> list[dict[str, NDArray[np.int64]]]:
        """Return some of the rows as padded columns."""
        tokenizer = self.tokenizer
        columns = encode(tokenizer, self.texts[:rows], self.actors[:rows], self.settings.encoding, self.spans[:rows])
        lengths = [len(ids) for ids in columns["input_ids"]]
        return [tokenizer.pad(columns, batch) for batch in batches(lengths, ONNX_BUDGET)]

    def trial(self, file: Path, setting: str, bits: int) -> Trial:
        """Hold a file against the checkpoint."""
        found = self._ask(StanceClassifier(OnnxBackend(self.run, file), self.settings, {}))
        guesses = self._guesses(found)
        flips = sum(x != y for x, y in zip(guesses, self.guesses, strict=True))
        accuracy = difference(self.truth, guesses, self.guesses, self.draws)
        largest = float(np.abs(found - self.probabilities).max())
        if file.stem == "fp32":
            accepted = largest <= TOLERANCE
        else:
            accepted = accuracy.value >= -MOST_LOST and flips <= MOST_FLIPS * len(self.truth)
        size = round(file.stat().st_size / 1e6, 1)
        return Trial(file.stem, setting, bits, size, largest, flips, accuracy, accepted)

    def _ask(self, clf: StanceClassifier) -> Probabilities:
        return clf.predict_proba(self.texts, self.actors, self.spans)

    def _guesses(self, probabilities: Probabilities) -> list[str]:
        return [self.labels[i] for i in probabilities.argmax(-1)]
