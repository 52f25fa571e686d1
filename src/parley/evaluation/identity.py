"""What a report says of the model and data it is about: hashes, versions, seed."""

from pathlib import Path

import yaml

from parley.data.rows import sha256


def of(run: Path, data: Path) -> dict[str, str]:
    """Return the identity of a finished run and a file, as shown."""
    record = yaml.safe_load((run / "run.yaml").read_text(encoding="utf-8"))
    config = record["config"]
    return {
        "run": str(run),
        "sha256 of its weights": sha256(run / "model.safetensors"),
        "encoder": f"{config['encoder']}, input form {config['encoding']['form']}",
        "seed": str(config["training"]["seed"]),
        "commit": record["commit"],
        "data": str(data),
        "sha256 of the data": sha256(data),
        **{f"sha256 of {path}": digest for path, digest in record["data"].items()},
        "versions": ", ".join(f"{name} {version}" for name, version in record["packages"].items()),
    }
