"""The shape of what administrators type."""

from typing import Annotated

from pydantic import Field

from pacto_participe.approvals.domain import LONGEST_REASON
from pacto_participe.web.forms import FormModel


class ReasonForm(FormModel):
    """Why. A missing reason is told by the service, which knows whether one is needed."""

    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""


class DecisionForm(FormModel):
    """The name of a verdict."""

    verdict: Annotated[str, Field(max_length=40)] = ""
