"""The package's own source, read as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pacto_participe"
NOT_FEATURES = {"kernel", "storage", "web", "migrations", "demo", "cli"}


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Path below the package (`voting/services.py`) and tree of every module but the migrations."""
    return tuple(
        (path, ast.parse(file.read_text(encoding="utf-8")))
        for file in sorted(PACKAGE.rglob("*.py"))
        if not (path := file.relative_to(PACKAGE).as_posix()).startswith("migrations/versions/")
    )


def dotted(node: ast.expr) -> str:
    """`datetime.now` for that expression; "" for what is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def annotated(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Line, name and annotation of every argument, field, variable and result."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation:
            yield node.lineno, node.arg, ast.unparse(node.annotation)
        if isinstance(node, ast.AnnAssign):
            yield node.lineno, ast.unparse(node.target), ast.unparse(node.annotation)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns:
            yield node.lineno, node.name, ast.unparse(node.returns)


def features() -> set[str]:
    """The packages that are features: everything that is no floor under them."""
    packages = {init.parent.name for init in PACKAGE.glob("*/__init__.py")}
    return packages - NOT_FEATURES
