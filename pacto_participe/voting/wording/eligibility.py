"""Who could vote, as the minutes say it: of others, and not to a reader. Pages say it by accounts/wording."""

from pacto_participe.accounts.domain.eligibility import Condition
from pacto_participe.voting.charter import Charter
from pacto_participe.web import formats
from pacto_participe.web.i18n import gettext, mark

CONDITIONS = {
    Condition.LIVES_HERE: mark("People who live in %(town)s."),
    Condition.LIVES_OR_WORKS_HERE: mark(
        "People who live in %(town)s, and those who have an economic activity there and live elsewhere."
    ),
    Condition.ANY_NATIONALITY: mark("Whatever their nationality."),
    Condition.CITIZENS_ONLY: mark("Moroccan citizens only."),
    Condition.ANY_AGE: mark("At any age."),
    Condition.OLD_ENOUGH: mark("Aged %(least)s or more on %(day)s."),
}


def who_could_vote(charter: Charter, town: str) -> tuple[str, ...]:
    """The rule of a vote, one sentence for each condition. `town`: in the language of the minutes."""
    rule = charter.eligibility
    values = {
        "town": town,
        "least": formats.number(rule.minimum_age),
        "day": formats.day(rule.on),
    }
    return tuple(gettext(CONDITIONS[condition]) % values for condition in rule.conditions)
