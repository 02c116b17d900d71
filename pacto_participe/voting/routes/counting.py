"""The counting rules and their pages, the same for every town."""

from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.kernel.errors import NotFound
from pacto_participe.voting.pages.counting import counting_rule_page, counting_rules_page
from pacto_participe.voting.rules import RULES
from pacto_participe.voting.services.examples import Example, first_example
from pacto_participe.web.guards import public
from pacto_participe.web.pages import show_to_all
from pacto_participe.web.routing import get
from pacto_participe.web.static_files import top_level


async def show_rules(request: Request) -> Response:
    """Every rule. No statement."""
    return await show_to_all(request, counting_rules_page())


async def show_rule(request: Request) -> Response:
    """One rule in words, with its example. No statement."""
    rule = request.path_params["rule"]
    if rule not in RULES:
        raise NotFound
    page = await run_in_threadpool(lambda: counting_rule_page(rule, _example(rule)))
    return await show_to_all(request, page)


@lru_cache(maxsize=16)
def _example(rule: str) -> Example:
    return first_example(top_level("docs/rules"), rule)


ROUTES = (
    get("/rules/", show_rules, name="voting:counting-rules", may=public),
    get("/rules/{rule}", show_rule, name="voting:counting-rule", may=public),
)
