"""Letters and sheets of codes, as the tests of this folder make them."""

from uuid import uuid4

from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.services.batches import batches_of
from pacto_participe.accounts.services.letters import make_letters, use_letter
from tests.accounts.town_hall import AJDIR

HEADS = "nom;cnie;date_naissance;quartier;adresse;adresse 2\n"
ADDRESSEES = [
    HEADS,
    "Zineb Qasri;BE123456;12/03/1987;Centre;12 rue des Oliviers;Ajdir\n",
    "يوسف المرابط;BE777;01/02/2005;Souk;زنقة 4 رقم 7;\n",
]
BORN = "12/03/1987"
CARD = "BE 123456"


async def posted(work, secrets, administrator, lines=None, *, days=30, town=AJDIR):
    """A batch of letters, just made."""
    async with work(administrator) as uow:
        return await make_letters(uow, secrets, town, uuid4().hex, lines or ADDRESSEES, days=days)


async def typed(work, secrets, code, born=BORN, person_id=None, town=AJDIR, card=CARD):
    """Somebody types the code of a letter. Raises what the page shows."""
    async with work() as uow:
        activated = await use_letter(uow, secrets, town, code, card, born, person_id)
    activated.require()
    return activated


async def line_of(work, administrator, batch_id, method=Method.LETTER, town=AJDIR):
    """What the list of batches says of one."""
    async with work(administrator) as uow:
        lines = await batches_of(uow, town, method)
    return next(line for line in lines if line.batch.batch_id == batch_id)
