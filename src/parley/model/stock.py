"""The stock route to the same answers: ``transformers.pipeline`` over the same inputs, for comparison."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from transformers import pipeline

from parley.config import EncodingSettings
from parley.data.encoding import segments


def stock_pipeline(run: Path, settings: EncodingSettings) -> Callable[[Sequence[str], Sequence[str], int], list[Any]]:
    """Open a run with the stock pipeline, in float32 on the CPU.

    Returns:
        A function of n texts, their actors and a batch size; it gives the pipeline's answers.
    """
    stock: Any = pipeline("text-classification", model=str(run), device="cpu", top_k=None, dtype="float32")

    def answer(texts: Sequence[str], actors: Sequence[str], batch_size: int) -> list[Any]:
        pairs = (segments(text, actor, settings.form) for text, actor in zip(texts, actors, strict=True))
        inputs = [{"text": first, "text_pair": second} if second else {"text": first} for first, second in pairs]
        return list(stock(inputs, batch_size=batch_size))

    return answer
