"""Towns, provinces and regions: what they are called, how they are found, where their facts come from."""

from pacto_participe.collectivities.domain.folding import fold
from pacto_participe.collectivities.domain.places import Collectivity, CollectivityType, Unit

__all__ = ["Collectivity", "CollectivityType", "Unit", "fold"]
