"""What is done to the register, and to what a collectivity says of itself."""

from pacto_participe.collectivities.services.register import Loaded, load_register
from pacto_participe.collectivities.services.settings import save_settings

__all__ = ["Loaded", "load_register", "save_settings"]
