"""The texts of messages that leave by telephone and mail."""

from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import say, speaking, written

LONGEST_SMS = 70  # letters of Arabic in one message; more costs the town two
LONGEST_LATIN_SMS = 160
_CODE_SMS = _("Code: %(code)s. Valid for 10 minutes. Give it to nobody.")
_SLIP_SMS = _("%(town)s: your activation code is %(code)s.")
_CODE_SUBJECT = _("Your sign-in code")
_ANSWER_SMS = _("%(town)s answered your request. Read it here: %(address)s")
_ANSWER_SUBJECT = _("An answer to your request")
_DECIDED_SMS = _("%(town)s settled a doubt about your card number. Ask the counter.")
_DECIDED_SUBJECT = _("About your registration")
_INVITED_SMS = _("%(town)s invites you to its platform. Sign in: %(address)s")
_INVITED_SUBJECT = _("An invitation")


def _said(language: str, message: str, **values: str) -> str:
    with speaking(language):
        return say(message, **values)


def _short(language: str, message: str, town: str, longest: int = 0, **values: str) -> str:
    """One message: the town's name is cut before a second one is paid."""
    most = longest or longest_sms(language)
    full = _said(language, message, town=town, **values)
    if len(full) <= most:
        return full
    kept = max(0, len(town) - (len(full) - most) - 1)
    return _said(language, message, town=f"{town[:kept].rstrip()}…", **values)


def longest_sms(language: str) -> int:
    """How many letters are one message: fewer as soon as one of them is Arabic."""
    with speaking(language):
        return LONGEST_SMS if written().direction == "rtl" else LONGEST_LATIN_SMS


def code_message(language: str, code: str) -> str:
    """The text message with a sign-in code: one message, in Arabic too."""
    return _said(language, _CODE_SMS, code=code)


def code_subject(language: str) -> str:
    """The subject of the mail with a sign-in code. It does not hold the code."""
    return _said(language, _CODE_SUBJECT)


def slip_message(language: str, town: str, code: str) -> str:
    """The text message with the code of a slip; the town's name is cut before a second one is paid."""
    return _short(language, _SLIP_SMS, town, LONGEST_SMS, code=code)


def invitation_message(language: str, town: str, address: str) -> str:
    """The text message to someone who is offered a role."""
    return _short(language, _INVITED_SMS, town, address=address)


def invitation_subject(language: str) -> str:
    """The subject of the mail to someone who is offered a role."""
    return _said(language, _INVITED_SUBJECT)


def answer_message(language: str, town: str, address: str) -> str:
    """The message that a request is decided. It holds no part of the answer."""
    return _short(language, _ANSWER_SMS, town, address=address)


def answer_subject(language: str) -> str:
    return _said(language, _ANSWER_SUBJECT)


def decided_message(language: str, town: str) -> str:
    """The message that a conflict about somebody's residence is decided. It holds no part of the decision."""
    return _short(language, _DECIDED_SMS, town)


def decided_subject(language: str) -> str:
    return _said(language, _DECIDED_SUBJECT)
