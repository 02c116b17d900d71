"""Every code of this feature has a sentence in every language, and messages fit."""

import pytest

from pacto_participe.accounts import wording
from pacto_participe.accounts.domain.list_file import FileProblem, LineProblem
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.wording import messages
from pacto_participe.kernel.actors import Role
from pacto_participe.web.i18n import speaking
from pacto_participe.web.sentences import Sentences


@pytest.mark.parametrize("codes", [Refusal, FileProblem, LineProblem, Method, Role])
@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_every_code_has_a_sentence(codes, lang):
    sentences = Sentences(*wording.WORDINGS)
    values = {"left": 3, "most": 4, "least": 12}

    with speaking(lang):
        said = [sentences.of(code, values) for code in codes]

    assert len(set(said)) == len(said)


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
def test_a_slip_fits_one_arabic_message_whatever_the_towns_name(lang):
    town = "جماعة سيدي محمد بن عبد الله الشرقية الكبرى للأطلس المتوسط وما حوله"

    text = messages.slip_message(lang, town, "K7Q4-M2XD")

    assert len(text) <= 70
    assert "K7Q4-M2XD" in text


@pytest.mark.parametrize("lang", ["ar", "zgh"])
def test_a_code_fits_one_arabic_message(lang):
    assert len(messages.code_message(lang, "123456")) <= 70
