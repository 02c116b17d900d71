"""A kind of consultation is pure data: its stages, each with an activity."""

from dataclasses import dataclass

from pacto_participe.consultations.domain import Activity


@dataclass(frozen=True, slots=True)
class ConsultationKind:
    """The stages that a consultation of this kind goes through, in order."""

    name: str
    activities: tuple[Activity, ...]
