"""Several ES modules as one script without imports, for a page that works from disk.

A browser opens no module from a file: each would be another origin. So the modules are put one after
the other, what is imported first, without their `import` and `export`; their top-level names share one
scope and must differ.
"""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z0-9_]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|function|class|async) )", re.MULTILINE)
_NAME = re.compile(
    r"^(?:export )?(?:const|let|function|async function|class) ([A-Za-z_$]+)", re.MULTILINE
)
_LEFT_OVER = re.compile(r"^\s*(?:import|export)\b", re.MULTILINE)


class NotOneScript(ValueError):
    """Modules that cannot be put together; the message names the file and the cause."""


def one_script(folder: Path, entry: str) -> str:
    """The text of `entry` after all that it imports, in strict mode. Raises NotOneScript."""
    texts: dict[str, str] = {}
    _gather(folder, entry, texts)
    _check_names(texts)
    parts = [_EXPORT.sub("", _IMPORT.sub("", text)).strip() for text in texts.values()]
    script = '"use strict";\n' + "\n\n".join(parts) + "\n"
    if _LEFT_OVER.search(script) or "</script" in script:
        raise NotOneScript(f"{entry}: an import, an export or an end of script is left over")
    return script


def _gather(folder: Path, name: str, texts: dict[str, str]) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    for needed in _IMPORT.findall(text):
        if needed not in texts:
            _gather(folder, needed, texts)
    texts[name] = text


def _check_names(texts: dict[str, str]) -> None:
    homes: dict[str, str] = {}
    for file, text in texts.items():
        for name in _NAME.findall(text):
            other = homes.setdefault(name, file)
            if other != file:
                raise NotOneScript(f"{file} and {other} both have a {name}")
