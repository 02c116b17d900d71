"""What is wrong with a receipt as it was typed."""

from pacto_participe.voting.policies import ReceiptRefusal
from pacto_participe.voting.receipts.codes import CodeProblem
from pacto_participe.voting.receipts.words import WordsProblem
from pacto_participe.web.i18n import mark as _

WORDING = {
    ReceiptRefusal.NOT_FOUND: _("No ballot has this receipt. Please compare it with the paper."),
    CodeProblem.EMPTY: _("Type the code or the four words of the receipt."),
    CodeProblem.TOO_SHORT: _("A receipt code has 8 letters and digits; this has %(length)s."),
    CodeProblem.TOO_LONG: _("A receipt code has 8 letters and digits; this has %(length)s."),
    CodeProblem.UNKNOWN_CHARACTER: _("No receipt code has the sign %(character)s."),
    CodeProblem.CHECK_FAILED: _("A letter or digit was copied wrongly. Please compare again."),
    WordsProblem.EMPTY: _("Type the code or the four words of the receipt."),
    WordsProblem.NOT_FOUR_WORDS: _("A receipt has four words; this has %(found)s."),
    WordsProblem.UNKNOWN_WORD: _("No receipt has the word %(word)s. Please compare again."),
    WordsProblem.UNCLEAR_WORD: _(
        "The word %(word)s could be one of several. Please compare again."
    ),
    WordsProblem.CHECK_FAILED: _("These four words do not belong together. Please compare again."),
    WordsProblem.TWO_LANGUAGES_FIT: _("Please type the code instead of the words."),
}
