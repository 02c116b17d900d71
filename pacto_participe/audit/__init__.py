"""The journal: what was done, by which role and when, for those who answer for it and for everybody."""
