"""What every verb shares: the app they are registered with, and where they print."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

app = typer.Typer(
    help="Read how actors in conflict reporting stand toward negotiations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()
complaints = Console(stderr=True)

Run = Annotated[Path, typer.Argument(help="Run folder, such as runs/default.", show_default=False)]
MaskNames = Annotated[
    bool,
    typer.Option("--mask-names", help="Let the model read 'the group' where the sentence names the actor."),
]
Backend = Annotated[
    Literal["auto", "torch", "onnx", "onnx-fp32", "onnx-int8"],
    typer.Option(help="What runs the model; auto takes ONNX Runtime where the run was exported."),
]
