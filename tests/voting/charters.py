"""Charters of small invented votes, without a database."""

from collections.abc import Sequence

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.domain import Parameters
from tests.town import CLOSES, MILLION, OPENS, TOWN


def charter_of(
    costs: Sequence[int],
    *,
    budget_cents: int = 2 * MILLION,
    parameters: Parameters | None = None,
    groups: Sequence[str | None] = (),
    withdrawn: frozenset[int] | set[int] = frozenset(),
    currency: str = "MAD",
) -> Charter:
    """Projects 1, 2, 3 … with these costs in centimes."""
    return Charter(
        collectivity_id=TOWN,
        vote_id="v",
        edition="2026",
        title=Texts.of({"fr": "Budget participatif 2026"}),
        currency=currency,
        budget_cents=budget_cents,
        projects=tuple(
            CharterProject(
                key=str(place + 1),
                number=place + 1,
                title=Texts.of({"ar": f"المشروع {place + 1}", "fr": f"Projet {place + 1}",
                                "en": f"Projet {place + 1}"}),
                place=Texts.of({"fr": "Centre"}),
                cost_cents=cost,
                group=groups[place] if groups else None,
                is_withdrawn=place in withdrawn,
            )
            for place, cost in enumerate(costs)
        ),
        ballot_kind="approval",
        ballot_limits={"max": 3},
        parameters=parameters or Parameters(),
        lot_seed="5f1d7c",
        opens_at=OPENS,
        closes_at=CLOSES,
    )  # fmt: skip
