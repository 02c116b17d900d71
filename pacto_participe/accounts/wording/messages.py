"""The texts of messages that leave by telephone and mail."""

from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import say, speaking

_CODE_SMS = _("Code: %(code)s. Valid for 10 minutes. Give it to nobody.")
_SLIP_SMS = _("%(town)s: your activation code is %(code)s.")
_CODE_SUBJECT = _("Your sign-in code")
_ANSWER_SMS = _("%(town)s answered your request. Read it here: %(address)s")
_ANSWER_SUBJECT = _("An answer to your request")
_DECIDED_SMS = _("%(town)s settled a doubt about your card number. Ask the counter.")
_DECIDED_SUBJECT = _("About your registration")
_INVITED_SMS = _("%(town)s invites you to its platform. Sign in: %(address)s")
_INVITED_SUBJECT = _("An invitation")


def code_message(language: str, code: str) -> str:
    """The text message with a sign-in code: one message, in Arabic too."""
    with speaking(language):
        return say(_CODE_SMS, code=code)


def code_subject(language: str) -> str:
    """The subject of the mail with a sign-in code. It does not hold the code."""
    with speaking(language):
        return say(_CODE_SUBJECT)


def slip_message(language: str, town: str, code: str) -> str:
    """The text message with the code of a slip; the town's name is cut before a second one is paid."""
    with speaking(language):
        full = say(_SLIP_SMS, town=town, code=code)
        if len(full) <= LONGEST_SMS:
            return full
        kept = max(0, len(town) - (len(full) - LONGEST_SMS) - 1)
        return say(_SLIP_SMS, town=f"{town[:kept]}…", code=code)


LONGEST_SMS = 70


def invitation_message(language: str, town: str, address: str) -> str:
    """The text message to someone who is offered a role."""
    with speaking(language):
        return say(_INVITED_SMS, town=town, address=address)


def invitation_subject(language: str) -> str:
    """The subject of the mail to someone who is offered a role."""
    with speaking(language):
        return say(_INVITED_SUBJECT)


def answer_message(language: str, town: str, address: str) -> str:
    """The message that a request is decided. It holds no part of the answer."""
    with speaking(language):
        return say(_ANSWER_SMS, town=town, address=address)


def answer_subject(language: str) -> str:
    with speaking(language):
        return say(_ANSWER_SUBJECT)


def decided_message(language: str, town: str) -> str:
    """The message that a conflict about somebody's residence is decided. It holds no part of the decision."""
    with speaking(language):
        return say(_DECIDED_SMS, town=town)


def decided_subject(language: str) -> str:
    with speaking(language):
        return say(_DECIDED_SUBJECT)
