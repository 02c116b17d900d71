"""What the files of a publication are, in a few words; and names of channels and ways of checking."""

from pacto_participe.web.i18n import gettext, mark

ALL_FILES = "all.zip"

_FILES = {
    "manifest.json": mark("The rules, as they were frozen before the vote"),
    "projects.csv": mark("Votes and cost of each project"),
    "ballots.csv": mark("Ballots without names"),
    "ballots.pb": mark("Ballots without names, for counting programs"),
    "result.json": mark("The whole count, step by step"),
    "minutes.ar.html": mark("Minutes of the count, in Arabic"),
    "minutes.fr.html": mark("Minutes of the count, in French"),
    "minutes.css": mark("The look of the minutes"),
    "roll.json": mark("The roll, as lines that name nobody"),
    "SHA256SUMS": mark("Fingerprints of all files"),
    ALL_FILES: mark("All files together"),
}

_FORMATS = {
    "csv": mark("table (CSV)"),
    "pb": mark("Pabulib format"),
    "json": mark("data (JSON)"),
    "html": mark("page (HTML)"),
    "css": mark("style (CSS)"),
    "zip": mark("archive (ZIP)"),
}

CHANNELS = {
    "web": mark("On the web"),
    "desk": mark("At a polling desk"),
    "paper": mark("On paper"),
    "sms": mark("By text message"),
}

METHODS = {
    "counter": mark("At the counter, with the identity card"),
    "list": mark("Against the list of the commune"),
    "letter": mark("By a code sent by letter"),
    "mediator": mark("By a code from the mediator of the douar"),
    "national": mark("By the national digital identity, against the list of the commune"),
}


def file_words(name: str) -> str:
    """What is in a file; its name when nobody has described it."""
    words = _FILES.get(name)
    return gettext(words) if words else name


def format_words(name: str) -> str:
    """What kind of file it is, "" for plain text."""
    words = _FORMATS.get(name.rpartition(".")[2])
    return gettext(words) if words else ""


def channel_words(name: str) -> str:
    return gettext(CHANNELS[name]) if name in CHANNELS else name


def method_words(name: str) -> str:
    return gettext(METHODS[name]) if name in METHODS else name
