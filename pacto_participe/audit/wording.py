"""What the kinds of acts are called."""

from pacto_participe.web.i18n import mark as _
from pacto_participe.web.journal import JournalKind

WORDING = {
    JournalKind.VOTES: _("What concerns votes"),
    JournalKind.RESIDENTS: _("Verified residents"),
    JournalKind.STAFF: _("Staff and roles"),
    JournalKind.DATA: _("Data and keys"),
}
