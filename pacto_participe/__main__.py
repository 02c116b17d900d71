"""The command line: pacto-participe, or python -m pacto_participe.

Exit codes: 0 done, 1 the answer is no, 2 bad input, with one sentence on stderr.
"""

import gc


def main() -> None:
    """Load the commands, and do what is asked.

    What is loaded stays until the end. The collector of cycles would walk it again and again and find
    next to nothing, for a sixth of a start: it begins with what comes after.
    """
    gc.disable()
    from pacto_participe import cli  # here, since loading it is what the collector is kept from

    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
