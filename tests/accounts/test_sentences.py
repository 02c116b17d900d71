"""Every code of this feature has a sentence in every language, and messages fit."""

import csv
import inspect
from importlib import resources

import pytest

from pacto_participe.accounts import wording
from pacto_participe.accounts.domain.list_file import FileProblem, LineProblem
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.wording import messages
from pacto_participe.features import FEATURES
from pacto_participe.kernel.actors import Office, Role
from pacto_participe.web.i18n import catalogue, speaking
from pacto_participe.web.routing import Addresses
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


def names_of_collectivities(lang):
    data = resources.files("pacto_participe.collectivities") / "data" / "collectivities.csv"
    lines = csv.DictReader(data.read_text(encoding="utf-8").splitlines())
    return [line[f"name_{lang}"] or line["name_ar"] for line in lines]


def every_message(lang, town):
    """Each kind of text message, by its name, with the longest address that it may hold."""
    addresses = Addresses([address for feature in FEATURES for address in feature.routes])
    pages = {"invitation_message": "accounts:sign-in", "answer_message": "accounts:short-my-data"}
    kinds = {name: kind for name, kind in inspect.getmembers(messages) if name.endswith("_message")}
    for name, kind in kinds.items():
        values = {"language": lang, "town": town, "code": "K7Q4-M2XD"}
        if name in pages:
            values["address"] = BASE_URL + addresses.path(pages[name], lang)
        wanted = inspect.signature(kind).parameters
        yield name, kind(**{key: values[key] for key in wanted}), values.get("address", "")


BASE_URL = "https://participation.example.ma"


@pytest.mark.parametrize(("lang", "most"), [("ar", 70), ("zgh", 70), ("fr", 160), ("en", 160)])
def test_every_kind_of_message_is_one_message_whatever_the_towns_name(lang, most):
    longest = max(names_of_collectivities(lang if lang != "en" else "fr"), key=len)

    for town in (longest, "تاتة", "جماعة سيدي محمد بن عبد الله الشرقية الكبرى للأطلس المتوسط"):
        sent = list(every_message(lang, town))

        assert len(sent) == 5
        for name, text, address in sent:
            assert len(text.encode("utf-16-be")) // 2 <= most, f"{name}: {text}"
            assert address in text
            assert name == "code_message" or town[:8] in text, f"{name}: {text}"


def test_a_slip_is_never_called_a_ballot_in_french():
    for words in catalogue("fr")._catalog.values():
        assert "bulletin d’activation" not in str(words)


def test_in_arabic_nobody_takes_the_operator_for_the_administrator_of_the_town():
    sentences = Sentences(*wording.WORDINGS)

    with speaking("ar"):
        administrator = sentences.of(Role.ADMINISTRATOR).split()
        operator = sentences.of(Office.OPERATOR).split()

    assert not set(administrator) & set(operator)
