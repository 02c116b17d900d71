"""Projects of a town that does not exist."""

# ruff: noqa: E501  a project a line

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import CharterProject

# number, Arabic, French, place in Arabic and French, dirhams, pictogram, area. All invented.
INVENTED = (
    (1, "ممرات آمنة أمام المدارس", "Passages sûrs devant les écoles", "حي السلام", "Hay Salam", 280_000, "p-school", "Centre"),
    (2, "حديقة للأطفال", "Jardin pour les enfants", "حي النسيم", "Hay Nassim", 390_000, "p-garden", "Centre"),
    (3, "قنطرة للراجلين", "Passerelle pour piétons", "دوار آيت علي", "Douar Aït Ali", 620_000, "p-bridge", "Douars"),
    (4, "إنارة بالطاقة الشمسية", "Éclairage solaire", "دوار تمدا", "Douar Tamda", 450_000, "p-light", "Douars"),
    (5, "ماء صالح للشرب", "Eau potable", "دوار إغرم", "Douar Ighrem", 540_000, "p-tap", "Douars"),
    (6, "ولوجيات للأشخاص في وضعية إعاقة", "Accès pour les personnes handicapées", "المركز", "Centre", 210_000, "p-ramp", "Centre"),
    (7, "تهيئة السوق الأسبوعي", "Aménagement du souk hebdomadaire", "ساحة السوق", "Place du souk", 900_000, "p-souk", "Centre"),
    (8, "ملعب للقرب", "Terrain de proximité", "حي الأمل", "Hay Amal", 500_000, "p-field", "Centre"),
    (9, "مظلات وأشجار بالشارع الرئيسي", "Ombre et arbres, rue principale", "الشارع الرئيسي", "Rue principale", 160_000, "p-shade", None),
    (10, "ورشة أدوات مشتركة", "Atelier d’outils partagés", "دار الحي", "Maison de quartier", 120_000, "p-tools", None),
)  # fmt: skip


def invented_projects(count: int = 7) -> tuple[CharterProject, ...]:
    """Numbered, costed projects of an invented town; beyond ten they repeat under other names."""
    projects = []
    for number in range(1, count + 1):
        _, ar, fr, place_ar, place_fr, dirhams, pictogram, area = INVENTED[(number - 1) % 10]
        turn = (number - 1) // 10
        projects.append(
            CharterProject(
                key=str(number),
                number=number,
                title=Texts.of(
                    {
                        "ar": f"{ar} {turn + 1}" if turn else ar,
                        "fr": f"{fr} {turn + 1}" if turn else fr,
                    }
                ),
                place=Texts.of({"ar": place_ar, "fr": place_fr}),
                cost_cents=dirhams * 100,
                pictogram=pictogram,
                area=area,
            )
        )
    return tuple(projects)
