"""KWB tables of other years for the replay server, in the names that each year's table has.

The names and their order are those that public code asks of these tables; what CBS calls the
groups around them is not known, so the groups here have names of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.replay_bak import Bak, Rij, maak_info

_BEGIN = """Gemeentenaam SoortRegio Codering IndelingswijzigingWijkenEnBuurten AantalInwoners Mannen
Vrouwen k_0Tot15Jaar k_15Tot25Jaar k_25Tot45Jaar k_45Tot65Jaar k_65JaarOfOuder Ongehuwd Gehuwd
Gescheiden Verweduwd WestersTotaal NietWestersTotaal Marokko NederlandseAntillenEnAruba Suriname
Turkije OverigNietWesters GeboorteTotaal GeboorteRelatief SterfteTotaal SterfteRelatief
HuishoudensTotaal Eenpersoonshuishoudens HuishoudensZonderKinderen HuishoudensMetKinderen
GemiddeldeHuishoudensgrootte Bevolkingsdichtheid Woningvoorraad {woz} PercentageEengezinswoning
PercentageMeergezinswoning PercentageBewoond PercentageOnbewoond Koopwoningen HuurwoningenTotaal
InBezitWoningcorporatie InBezitOverigeVerhuurders EigendomOnbekend BouwjaarVoor2000
BouwjaarVanaf2000 GemiddeldElektriciteitsverbruikTotaal Appartement Tussenwoning Hoekwoning
TweeOnderEenKapWoning VrijstaandeWoning Huurwoning EigenWoning GemiddeldAardgasverbruikTotaal
Appartement Tussenwoning Hoekwoning TweeOnderEenKapWoning VrijstaandeWoning Huurwoning EigenWoning
PercentageWoningenMetStadsverwarming """
_BEDRIJF = """BedrijfsvestigingenTotaal ALandbouwBosbouwEnVisserij BFNijverheidEnEnergie
GIHandelEnHoreca HJVervoerInformatieEnCommunicatie KLFinancieleDienstenOnroerendGoed
MNZakelijkeDienstverlening RUCultuurRecreatieOverigeDiensten """
_SLOT = """AfstandTotHuisartsenpraktijk AfstandTotGroteSupermarkt AfstandTotKinderdagverblijf
AfstandTotSchool ScholenBinnen3Km OppervlakteTotaal OppervlakteLand OppervlakteWater
MeestVoorkomendePostcode Dekkingspercentage MateVanStedelijkheid Omgevingsadressendichtheid """
_UITKERING = """PersonenPerSoortUitkeringBijstand PersonenPerSoortUitkeringAO
PersonenPerSoortUitkeringWW PersonenPerSoortUitkeringAOW """
_PERSONEN = """AantalInkomensontvangers GemiddeldInkomenPerInkomensontvanger
GemiddeldInkomenPerInwoner k_40PersonenMetLaagsteInkomen k_20PersonenMetHoogsteInkomen """
_ARMOE = "HuishoudensMetEenLaagInkomen HuishOnderOfRondSociaalMinimum "
_LATER = (
    "Nettoarbeidsparticipatie PercentageWerknemers PercentageZelfstandigen "
    + _PERSONEN
    + "GemGestandaardiseerdInkomenVanHuish k_40HuishoudensMetLaagsteInkomen "
    + "k_20HuishoudensMetHoogsteInkomen "
    + _ARMOE
    + "HuishoudensTot110VanSociaalMinimum HuishoudensTot120VanSociaalMinimum "
    + "MediaanVermogenVanParticuliereHuish "
    + _UITKERING
    + "JongerenMetJeugdzorgInNatura PercentageJongerenMetJeugdzorg WmoClienten WmoClientenRelatief "
)
_AUTO = "PersonenautoSBrandstofBenzine PersonenautoSOverigeBrandstof PersonenautoSPerHuishouden "
_MISDRIJF = (
    "TotaalDiefstalUitWoningSchuurED VernielingMisdrijfTegenOpenbareOrde "
    "GeweldsEnSeksueleMisdrijven "
)
_OPLEIDING = "OpleidingsniveauLaag OpleidingsniveauMiddelbaar OpleidingsniveauHoog "
_OUD = _BEGIN.format(woz="GemiddeldeWoningwaarde")
KOLOMMEN: dict[int, str] = {
    2015: _OUD + _PERSONEN + "Actieven1575Jaar k_40HuishoudensMetLaagsteInkomen "
    "k_20HuishoudensMetHoogsteInkomen " + _ARMOE + _UITKERING + _BEDRIJF
    + "PersonenautoSTotaal PersonenautoSJongerDan6Jaar PersonenautoS6JaarEnOuder " + _AUTO
    + "PersonenautoSNaarOppervlakte Bedrijfsmotorvoertuigen Motortweewielers " + _SLOT + _MISDRIJF,
    2018: _OUD + _LATER + _MISDRIJF + _BEDRIJF + "PersonenautoSTotaal " + _AUTO
    + "PersonenautoSNaarOppervlakte Motorfietsen " + _SLOT,
    2019: _BEGIN.format(woz="GemiddeldeWOZWaardeVanWoningen") + _OPLEIDING + _LATER + _BEDRIJF
    + "PersonenautoSTotaal " + _AUTO + "PersonenautoSNaarOppervlakte Motorfietsen " + _SLOT,
}  # fmt: skip
"""Year to the names in its table, in order; the number behind a name is its place."""
_TEKST = {"Gemeentenaam", "SoortRegio", "Codering", "IndelingswijzigingWijkenEnBuurten",
          "MeestVoorkomendePostcode"}  # fmt: skip


def namen(jaar: int) -> list[str]:
    """The keys of a year's table, numbered."""
    return [f"{naam}_{n}" for n, naam in enumerate(KOLOMMEN[jaar].split(), start=1)]


def kwb_bak(tabel_id: str, jaar: int, codes: Iterable[str]) -> Bak:
    """A table of a year with a made-up number in each cell."""
    codes = list(codes)
    eigenschappen: list[Rij] = [
        {"ID": 0, "ParentID": None, "Type": "GeoDetail", "Key": "WijkenEnBuurten", "Title": ""}
    ]
    for n, sleutel in enumerate(namen(jaar)):
        if n % 10 == 0:
            groep = len(eigenschappen)
            kop = {"Type": "TopicGroup", "Key": "", "Title": f"Groep {n // 10}"}
            eigenschappen.append({"ID": groep, "ParentID": None} | kop)
        naam = re.sub(r"_\d+$", "", sleutel)
        soort = "String" if naam in _TEKST else "Double"
        topic = {"Type": "Topic", "Key": sleutel, "Title": naam, "Datatype": soort}
        eigenschappen.append({"ID": len(eigenschappen), "ParentID": groep} | topic)
    gebieden = [{"Key": f"{c:<10}", "Title": f"Gebied {c}", "Description": ""} for c in codes]
    bak = Bak(tabel_id, [maak_info(tabel_id, jaar)], eigenschappen, gebieden, [])
    bak.rijen = [_rij(nummer, code, jaar) for nummer, code in enumerate(codes)]
    return bak


def _rij(nummer: int, code: str, jaar: int) -> Rij:
    rij: Rij = {"ID": nummer, "WijkenEnBuurten": f"{code:<10}"}
    vast = {
        "Codering": f"{code:<10}",
        "SoortRegio": "Buurt     ",
        "Gemeentenaam": "Verzonnen",
        "IndelingswijzigingWijkenEnBuurten": "1",
        "MeestVoorkomendePostcode": "3533",
        "AantalInwoners": 1000.0 + nummer,
        "GemiddeldInkomenPerInwoner": 25.0 + nummer,
        "GemiddeldeWoningwaarde": 200.0 + nummer,
        "GemiddeldeWOZWaardeVanWoningen": 200.0 + nummer,
    }
    for n, sleutel in enumerate(namen(jaar)):
        naam = re.sub(r"_\d+$", "", sleutel)
        rij[sleutel] = vast.get(naam, float((n * 31 + nummer * 7) % 97))
    return rij
