"""The shape of what administrators type."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from pacto_participe.approvals.domain import LONGEST_REASON


class ReasonForm(BaseModel):
    """Why. A missing reason is told by the service, which knows whether one is needed."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""


class DecisionForm(BaseModel):
    """The name of a verdict."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    verdict: Annotated[str, Field(max_length=40)] = ""
