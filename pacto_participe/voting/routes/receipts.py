"""Receipts: one's own, and the check of any by code, by four words or by square code."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pacto_participe.collectivities import queries as collectivities
from pacto_participe.voting import queries
from pacto_participe.voting.ballots import Marks
from pacto_participe.voting.boxes.box import Counted, Standing
from pacto_participe.voting.charter import VoteState
from pacto_participe.voting.pages.ballot import ReceiptCheckPage, ReceiptPage, chosen_cards
from pacto_participe.voting.policies import ReceiptRefusal
from pacto_participe.voting.receipts.codes import Code, parse
from pacto_participe.voting.receipts.reading import read_receipt
from pacto_participe.voting.receipts.words import words_of
from pacto_participe.voting.routes.parts import BASE, at_the_booth, on, vote_of
from pacto_participe.voting.services import casting
from pacto_participe.voting.services.casting import Booth
from pacto_participe.web import i18n
from pacto_participe.web.context import town_of, web_of
from pacto_participe.web.errors import error_page, preferred_language
from pacto_participe.web.guards import anyone, public, voter
from pacto_participe.web.pages import show
from pacto_participe.web.routing import get
from pacto_participe.web.square_codes import square_code

# Trying all eight masks takes 3.4 of 4.3 ms on the loop that takes the ballots. Every reader reads any
# mask; this one scores best for most of our links.
QR_MASK = 3


def code_of(counted: Counted) -> Code:
    """The stored eight characters as a code."""
    code = parse(counted.code)
    if not isinstance(code, Code):
        raise ValueError("a stored receipt code does not fit its check")
    return code


@at_the_booth
async def show_receipt(request: Request, booth: Booth) -> Response:
    """The voter's own receipt. After the sealing nobody can find it by the voter any more.

    With ?print, the same to be kept: nothing on it but what the paper has, and it asks to be printed.
    """
    standing = await casting.standing_of_kept(booth) or Standing()
    if booth.desk and not booth.desk.has_cast:
        return on(request, "voting:ballot")
    if standing.counted is None:
        is_open = booth.vote.state(booth.now) is VoteState.OPEN
        return on(request, "voting:ballot" if is_open else "voting:receipts")
    is_print = "print" in request.query_params and booth.desk is None
    shows_ballot = booth.may_show_ballot and not is_print
    marks = (await casting.own_ballot(booth) if shows_ballot else None) or Marks()
    code = code_of(standing.counted)
    link = f"{web_of(request).settings.base_url}/v/{standing.counted.code}"
    page = ReceiptPage(
        charter=booth.charter,
        state=booth.vote.state(booth.now),
        counted=standing.counted,
        code=code.text,
        words=tuple(words_of(code, i18n.written().code)),
        link=link,
        qr=square_code(link, mask=QR_MASK),
        choices=chosen_cards(booth.charter, marks),
        is_none=marks.is_none,
        now=booth.now,
        is_print=is_print,
    )
    return show(request, page)


async def check_receipt(request: Request) -> Response:
    """In the box, replaced by a later ballot, or not found: by code or by four words."""
    vote = await vote_of(request)
    web = web_of(request)
    asked = request.query_params.get("code")
    typed = (asked or "").strip()[:120]
    read = read_receipt(typed) if asked is not None else ()  # pressed with nothing typed is told so
    code = read if isinstance(read, Code) else None
    problems = () if isinstance(read, Code) else read
    found = None
    if code is not None:
        found = await queries.receipt_by_code(
            web.database, *vote.key[:1], vote.charter.edition, code.text.replace("-", "")
        )
    sentences = web.extras["sentences"]
    page = ReceiptCheckPage(
        charter=vote.charter,
        state=vote.state(web.clock.now()),
        typed=typed,
        code=code.text if code else "",
        found=found,
        problem=sentences.of_problem(problems[0]) if problems else "",
        phone=town_of(request).phone,
    )
    return show(request, page)


async def short_link(request: Request) -> Response:
    """/v/CODE, as printed under the square code: on to the check in the town of the receipt."""
    web = web_of(request)
    lang = preferred_language(request)
    code = parse(request.path_params["code"])
    if isinstance(code, Code):
        found = await queries.receipts_anywhere(web.database, code.text.replace("-", ""))
        if len(found) == 1:
            async with web.database.read() as session:
                town = await collectivities.collectivity_by_id(session, found[0].collectivity_id)
            path = web.addresses.path(
                "voting:receipts",
                lang=lang,
                slug=town.slug,
                edition=found[0].edition,
                code=code.text,
            )
            return RedirectResponse(path, status_code=302)
    i18n.speak(lang)
    request.scope["pacto.language"] = lang
    sentence = web.extras["sentences"].of(ReceiptRefusal.NOT_FOUND)
    return error_page(request, 404, (sentence,))


ROUTES = (
    get(f"{BASE}/receipt", show_receipt, name="voting:receipt", may=voter, in_rush=True),
    get(f"{BASE}/receipts", check_receipt, name="voting:receipts", may=anyone),
    get("/v/{code}", short_link, name="voting:short-receipt", may=public, in_language=False),
)
