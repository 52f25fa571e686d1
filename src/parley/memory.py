"""How much memory a process has held."""

from pathlib import Path


def peak_mib() -> int | None:
    """Return the most memory this process has held, in MiB, where the system tells.

    Linux is asked for the process itself: what ``getrusage`` says there of a child begins with its parent's size.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        held = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) // 1024
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
