"""A receipt shows that a ballot is in the box, as a code or as four words, and never what it says."""
