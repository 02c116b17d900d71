"""The invented projects of the demonstration, in Arabic, French and English. Costs in dirhams."""

from dataclasses import dataclass

from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.money import dirhams
from pacto_participe.kernel.positions import Position
from pacto_participe.proposals.domain import Project

AREAS = {
    "hay-nassim": {"ar": "حي النسيم", "fr": "Hay Nassim", "en": "Hay Nassim"},
    "hay-salam": {"ar": "حي السلام", "fr": "Hay Salam", "en": "Hay Salam"},
    "centre": {"ar": "المركز", "fr": "Centre", "en": "Town centre"},
    "douar-ait-ali": {"ar": "دوار آيت علي", "fr": "Douar Aït Ali", "en": "Douar Aït Ali"},
    "douar-tizi": {"ar": "دوار تيزي", "fr": "Douar Tizi", "en": "Douar Tizi"},
}
DISTRICTS = tuple(names["ar"] for names in AREAS.values())
EVERYWHERE = {"ar": "كل الجماعة", "fr": "Toute la commune", "en": "The whole commune"}


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented project; `appeal` says how many in a hundred like it, by area."""

    pictogram: str
    area: str | None
    cost_dirhams: int
    title: dict[str, str]
    summary: dict[str, str]
    appeal: dict[str, int]
    position: Position | None = None

    def numbered(self, number: int) -> Project:
        """The project under its fixed number."""
        place = AREAS[self.area] if self.area else EVERYWHERE
        return Project(
            number=number,
            title=Texts.of(self.title),
            summary=Texts.of(self.summary),
            place=Texts.of(place),
            cost_cents=dirhams(self.cost_dirhams),
            pictogram=self.pictogram,
            area=place["ar"] if self.area else None,
            position=self.position,
        )


def _everywhere(share: int) -> dict[str, int]:
    return dict.fromkeys(AREAS, share)


def _near(area: str, share: int, elsewhere: int) -> dict[str, int]:
    return {**_everywhere(elsewhere), area: share}


PROJECTS = (
    Invented(
        "p-school",
        None,
        280_000,
        {
            "ar": "ممرات آمنة أمام ثلاث مدارس",
            "fr": "Passages sûrs devant trois écoles",
            "en": "Safe crossings in front of three schools",
        },
        {
            "ar": "ممرات مرتفعة وعلامات وإنارة أمام ثلاث مدارس، حتى يعبر الأطفال الطريق في أمان.",
            "fr": "Passages surélevés, panneaux et éclairage devant trois écoles, "
            "pour que les enfants traversent en sécurité.",
            "en": "Raised crossings, signs and lights in front of three schools, "
            "so that children cross the road safely.",
        },
        _everywhere(52),
    ),
    Invented(
        "p-garden",
        "centre",
        390_000,
        {
            "ar": "حديقة وفضاء لألعاب الأطفال",
            "fr": "Jardin et aire de jeux",
            "en": "Garden and playground",
        },
        {
            "ar": "حديقة صغيرة بأشجار ومقاعد وألعاب للأطفال قرب السوق القديم.",
            "fr": "Un petit jardin avec des arbres, des bancs et des jeux près de l’ancien souk.",
            "en": "A small garden with trees, benches and games near the old market.",
        },
        _near("centre", 68, 28),
        Position(3_516_900, -526_380),
    ),
    Invented(
        "p-clinic",
        "douar-ait-ali",
        520_000,
        {
            "ar": "توسيع المستوصف القروي",
            "fr": "Extension du dispensaire rural",
            "en": "Extension of the rural clinic",
        },
        {
            "ar": "قاعة انتظار وقاعة للفحص لتقليص الانتظار يوم زيارة الطبيب.",
            "fr": "Une salle d’attente et une salle d’examen, pour attendre moins le jour du médecin.",
            "en": "A waiting room and an examination room, for shorter waits on the doctor’s day.",
        },
        _near("douar-ait-ali", 45, 16),
        Position(3_514_900, -530_020),
    ),
    Invented(
        "p-light",
        "hay-nassim",
        450_000,
        {
            "ar": "إنارة شمسية لأزقة حي النسيم",
            "fr": "Éclairage solaire des ruelles de Hay Nassim",
            "en": "Solar lighting for the lanes of Hay Nassim",
        },
        {
            "ar": "ستون عمودا بألواح شمسية في الأزقة التي لا تصلها الإنارة العمومية.",
            "fr": "Soixante lampadaires solaires dans les ruelles sans éclairage public.",
            "en": "Sixty solar lamps in the lanes that public lighting does not reach.",
        },
        _near("hay-nassim", 90, 28),
        Position(3_518_340, -524_610),
    ),
    Invented(
        "p-field",
        "douar-ait-ali",
        540_000,
        {
            "ar": "ملعب القرب بدوار آيت علي",
            "fr": "Terrain de proximité à Douar Aït Ali",
            "en": "Neighbourhood pitch in Douar Aït Ali",
        },
        {
            "ar": "ملعب صغير مسيج ومنار للشباب، نساء ورجالا.",
            "fr": "Un petit terrain clôturé et éclairé pour les jeunes, filles et garçons.",
            "en": "A small fenced and lit pitch for young people, girls and boys.",
        },
        _near("douar-ait-ali", 88, 26),
        Position(3_515_550, -530_890),
    ),
    Invented(
        "p-ramp",
        "centre",
        120_000,
        {
            "ar": "ولوجيات بالمستوصف والشبابيك",
            "fr": "Rampes au dispensaire et aux guichets",
            "en": "Ramps at the clinic and the counters",
        },
        {
            "ar": "منحدرات ومقابض أمام المستوصف وشبابيك الجماعة للأشخاص في وضعية إعاقة.",
            "fr": "Rampes et mains courantes devant le dispensaire et les guichets de la commune.",
            "en": "Ramps and handrails in front of the clinic and the town hall’s counters.",
        },
        _everywhere(18),
        Position(3_517_310, -526_840),
    ),
    Invented(
        "p-souk",
        "centre",
        900_000,
        {
            "ar": "تهيئة السوق الأسبوعي",
            "fr": "Réaménagement du souk hebdomadaire",
            "en": "Renewal of the weekly market",
        },
        {
            "ar": "تبليط وتصريف للمياه وأماكن مظللة للباعة والزبناء.",
            "fr": "Sol pavé, écoulement des eaux et places ombragées pour marchands et clients.",
            "en": "Paving, drainage and shaded places for sellers and customers.",
        },
        {**_everywhere(44), "centre": 58, "hay-salam": 52},
        Position(3_516_120, -525_590),
    ),
    Invented(
        "p-bus",
        None,
        160_000,
        {
            "ar": "ظل ومقاعد في محطات الحافلات",
            "fr": "Ombre et bancs aux arrêts de bus",
            "en": "Shade and benches at bus stops",
        },
        {
            "ar": "عشر محطات بسقف ومقاعد ولوحة بمواقيت المرور.",
            "fr": "Dix arrêts avec un toit, un banc et les horaires affichés.",
            "en": "Ten stops with a roof, a bench and the timetable on a board.",
        },
        _everywhere(30),
    ),
    Invented(
        "p-tap",
        "douar-tizi",
        240_000,
        {
            "ar": "نقطة ماء بدوار تيزي",
            "fr": "Point d’eau à Douar Tizi",
            "en": "Water point in Douar Tizi",
        },
        {
            "ar": "ربط الدوار بالشبكة ونقطة ماء مسيجة قرب المدرسة.",
            "fr": "Raccordement du douar et point d’eau clôturé près de l’école.",
            "en": "A connection to the network and a fenced water point near the school.",
        },
        _near("douar-tizi", 82, 14),
        Position(3_519_210, -529_870),
    ),
    Invented(
        "p-biblio",
        None,
        340_000,
        {
            "ar": "خزانة متنقلة بين الدواوير",
            "fr": "Bibliothèque mobile entre les douars",
            "en": "Mobile library for the douars",
        },
        {
            "ar": "عربة بكتب وحواسيب تزور كل دوار مرة في الأسبوع.",
            "fr": "Une camionnette avec livres et ordinateurs, une fois par semaine dans chaque douar.",
            "en": "A van with reading rooms and computers that visits each douar once a week.",
        },
        {**_everywhere(15), "douar-ait-ali": 26, "douar-tizi": 28},
    ),
)
