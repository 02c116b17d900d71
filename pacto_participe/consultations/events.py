"""What happens to consultations."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ConsultationPublished:
    """A consultation can be seen by all."""

    tag: ClassVar[str] = "consultations:consultation:published"

    consultation_id: str
    slug: str
