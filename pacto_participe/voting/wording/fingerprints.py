"""Fingerprints in groups of four, as people compare them by eye."""

IN_A_GROUP = 4
GROUPS_IN_A_LINE = 4


def in_groups(fingerprint: str) -> tuple[str, ...]:
    """Lines of four groups of four: "9f2c 41d0 7ab3 e58e"."""
    groups = [fingerprint[at : at + IN_A_GROUP] for at in range(0, len(fingerprint), IN_A_GROUP)]
    return tuple(
        " ".join(groups[at : at + GROUPS_IN_A_LINE])
        for at in range(0, len(groups), GROUPS_IN_A_LINE)
    )
