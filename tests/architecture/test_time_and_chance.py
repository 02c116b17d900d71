"""Deadlines can be tested and draws repeated: the clock and chance come in from outside."""

import ast

from tests.architecture.sources import dotted, modules

MAY_READ_THE_CLOCK = {"kernel/clock.py"}
MAY_INVENT = {"demo/town.py"}  # people and ballots of the demonstration, from a fixed seed
READS_THE_CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "time.time", "time.localtime", "time.gmtime",
}  # fmt: skip


def test_only_the_clock_reads_the_clock():
    read = {
        f"{path}:{node.lineno} {dotted(node.func)}"
        for path, tree in modules()
        if path not in MAY_READ_THE_CLOCK
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func) in READS_THE_CLOCK
    }

    assert not read, f"Take now= from the service's uow.clock (or the app's clock): {sorted(read)}"


def test_nothing_uses_a_generator_that_could_be_guessed_or_reseeded():
    used = {
        f"{path}:{node.lineno}"
        for path, tree in modules()
        if path not in MAY_INVENT
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(name.name == "random" for name in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module in {"random", "numpy.random"})
        or (isinstance(node, ast.Attribute) and dotted(node) in {"np.random", "numpy.random"})
    }

    assert not used, (
        f"Draw by kernel/lottery.py from a published seed, or use secrets: {sorted(used)}"
    )
