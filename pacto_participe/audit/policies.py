"""Who may read the whole journal of a town."""

from pacto_participe.kernel.actors import Role

READERS = (Role.ADMINISTRATOR, Role.OBSERVER)
