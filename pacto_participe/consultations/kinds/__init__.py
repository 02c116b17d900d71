"""Kinds of consultation. To add one: write its module, then name it here."""

from pacto_participe.consultations.kinds.kind import ConsultationKind
from pacto_participe.consultations.kinds.participatory_budget import PARTICIPATORY_BUDGET
from pacto_participe.kernel.registry import Registry

KINDS: Registry[ConsultationKind] = Registry("consultation kind", PARTICIPATORY_BUDGET)
