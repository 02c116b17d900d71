"""One edition of a participatory budget: ideas, study, vote, results, delivery."""

from pacto_participe.consultations.domain import Activity
from pacto_participe.consultations.kinds.kind import ConsultationKind

PARTICIPATORY_BUDGET = ConsultationKind(
    "participatory-budget",
    (Activity.PROPOSE, Activity.STUDY, Activity.VOTE, Activity.RESULTS, Activity.DELIVERY),
)
