import subprocess
import sys

from parley.memory import peak_mib

CHILD = "from parley.memory import peak_mib; print(peak_mib())"


def test_a_child_is_not_charged_with_what_its_parent_held():
    held = bytearray(200 << 20)
    own = peak_mib()
    child = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    assert own >= 200
    assert int(child.stdout) < own - 100, "a Python that holds nothing"
    assert len(held) == 200 << 20


def test_a_peak_stays_when_the_memory_is_given_back():
    before = peak_mib()
    held = bytearray((before + 50) << 20)
    del held
    assert peak_mib() >= before + 50
