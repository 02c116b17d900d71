"""The command line: pacto-participe, or python -m pacto_participe.

Exit codes: 0 done, 1 the answer is no, 2 bad input, with one sentence on stderr.
"""

from pacto_participe.cli import main

if __name__ == "__main__":
    main()
