"""Pacto Participe: consultations and participatory budget votes for Moroccan collectivities."""

import zoneinfo

# System time-zone files older than tz 2026c still put Morocco at UTC+1. The tzdata package, which we
# pin, is right (UTC+0 since 20 September 2026), so it must be read instead of the system's files.
zoneinfo.reset_tzpath(to=())

__version__ = "0.1.0"
