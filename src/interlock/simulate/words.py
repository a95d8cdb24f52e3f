"""The words of which the made-up company and its buyers are made."""
# ruff: noqa: SIM905 - names are easier to read and to add in one line than in quotes

from __future__ import annotations

FIRST_NAMES = {
    "nordics": (
        "Anna Astrid Birgitte Camilla Elin Emma Freja Frida Hanna Hilde Ida Ingrid Johanna Kari "
        "Lena Linnea Maja Mari Nora Signe Silje Sofia Tuva Anders Bjarne Einar Emil Erik Fredrik "
        "Gunnar Hans Henrik Jonas Kasper Lars Magnus Mikko Nils Olav Oskar Per Rasmus Sindre Timo"
    ).split(),
    "dach": (
        "Andrea Anja Birgit Carolin Eva Franziska Hannah Heike Ines Julia Katharina Lea Lisa "
        "Marlene Nadine Petra Sabine Silke Ursula Alexander Benedikt Christoph Daniel Florian "
        "Georg Jakob Jan Klaus Leon Lukas Markus Matthias Moritz Philipp Reto Sebastian Stefan "
        "Thomas Tobias Urs Wolfgang"
    ).split(),
    "uk-ireland": (
        "Abigail Aoife Charlotte Chloe Eleanor Emily Fiona Grace Hannah Imogen Jessica Laura Megan "
        "Niamh Olivia Priya Rachel Sarah Sophie Adam Ben Callum Daniel Edward George Harry Imran "
        "Jack James Kieran Liam Luke Matthew Oliver Patrick Ravi Rory Samuel Thomas William"
    ).split(),
}
LAST_NAMES = {
    "nordics": (
        "Aalto Andersen Berg Bergström Bjerke Bråten Christensen Dahl Ekström Eriksen Fossum "
        "Gustafsson Haugen Hansen Heikkinen Holm Jensen Johansson Karlsson Korhonen Kristiansen "
        "Larsen Lehtonen Lie Lindqvist Lund Madsen Moen Mäkinen Nielsen Nilsson Nygård Olsen "
        "Pedersen Rasmussen Solberg Sørensen Strand Svensson Virtanen"
    ).split(),
    "dach": (
        "Albrecht Baumann Becker Berger Brunner Eder Fischer Frei Fuchs Graf Gruber Hartmann "
        "Hofer Huber Keller Koch Krause Lang Lehmann Maier Meyer Moser Müller Neumann Pichler "
        "Richter Roth Schäfer Schmid Schneider Schröder Schwarz Seidel Steiner Vogel Wagner Weber "
        "Winkler Wolf Zimmermann"
    ).split(),
    "uk-ireland": (
        "Adams Ahmed Barker Bennett Brown Byrne Campbell Carter Clarke Cooper Davies Doyle Evans "
        "Fletcher Foster Gallagher Graham Griffiths Hall Harris Hughes Jackson Kelly King Lewis "
        "Mason Mitchell Morgan Murphy O'Brien Parker Patel Reid Roberts Shaw Singh Taylor Turner "
        "Walsh Wright"
    ).split(),
}

STEMS = (
    "Alder Amber Arctic Bergen Blue Boreal Brekke Castle Clear Coast Cordis Delta Eiger Elk Falk "
    "Fell Fjord Forge Glen Grand Hav Heather Helix Iller Inn Isar Kestrel Kobolt Krone Lark Linden "
    "Loch Lofot Lune Main Marsh Mersey Mjøsa Nord Oak Onyx Orkla Peak Pike Polar Quay Raven Ridge "
    "Rhein Rote Saale Salten Severn Silber Skagen Sky Sogn Sterling Sund Tarn Taunus Thames Tor "
    "Trent Ulme Vest Vinter Volt Wald Weser West Wye York Zenit"
).split()

INDUSTRIES: dict[str, tuple[str, ...]] = {
    "Process industry": ("Chemicals", "Paper", "Steel", "Aluminium", "Cement"),
    "Oil and gas": ("Energy", "Offshore", "Refining", "Drilling"),
    "Water and energy": ("Water", "Power", "Grid", "Waterworks"),
    "Food and beverage": ("Dairy", "Foods", "Brewery", "Bakeries"),
    "Aquaculture": ("Salmon", "Seafarms", "Aqua", "Marine"),
    "Machine building": ("Maschinen", "Robotics", "Pumps", "Tools"),
    "Logistics": ("Freight", "Terminals", "Lines"),
    "Retail": ("Stores", "Markets", "Home"),
    "Consulting": ("Advisory", "Partners", "Engineers"),
    "Education": ("College", "Institute"),
}
"""Industries, those that we serve first, with the second words of their companies' names."""

SERVED = tuple(INDUSTRIES)[:5]

COUNTRIES = {
    "nordics": {"Norway": "AS", "Sweden": "AB", "Denmark": "A/S", "Finland": "Oy"},
    "dach": {"Germany": "GmbH", "Austria": "GmbH", "Switzerland": "AG"},
    "uk-ireland": {"United Kingdom": "Ltd", "Ireland": "Ltd"},
}
"""Countries of each market, with the legal form of their companies."""

MARKETS = tuple(COUNTRIES)
PERSONAS = ("plant-manager", "reliability-engineer", "automation-lead", "buyer")
SENIORITIES = ("Specialist", "Manager", "Director", "Executive")
TITLES = {
    "plant-manager": ("Shift supervisor", "Plant manager", "Site director", "Chief operations"),
    "reliability-engineer": (
        "Reliability engineer",
        "Maintenance manager",
        "Director of maintenance",
        "Chief technology",
    ),
    "automation-lead": (
        "Automation engineer",
        "Automation manager",
        "Director of automation",
        "Chief digital",
    ),
    "buyer": ("Buyer", "Purchasing manager", "Director of purchasing", "Chief procurement"),
}
"""Job titles by persona, in the order of `SENIORITIES`."""

SOURCES = (
    "webinar",
    "paid search",
    "organic search",
    "partner",
    "trade show",
    "newsletter",
    "referral",
)
PRODUCT_LINES = ("Vibration", "Pressure", "Flow", "Gas")
INSTALLED = ("none", "own", "Sensorik", "Metronor", "Brightwell")
WHITE_PAPERS = (
    "False alarms, cut by half",
    "What an hour of standstill costs",
    "Vibration limits that hold",
    "OPC UA and MQTT without a gateway",
    "Sensors in salt water",
    "Dosing to the drop",
)
PAGES = ("Home", "Vibration sensors", "Pressure sensors", "Case studies", "Interfaces", "Contact")
WEBINARS = (
    "Reading vibration data",
    "Sensors for fish farms",
    "From alarm to work order",
    "Interfaces, live",
    "Water loss, found early",
    "The pilot in six weeks",
)
TRADE_SHOWS = (
    ("Nordic Process Days", "2025-06-03", 11),
    ("Sensor Forum Nuremberg", "2025-09-16", 9),
    ("Aqua North Trondheim", "2025-11-11", 0),
    ("Maintenance Expo Stuttgart", "2026-03-17", 13),
    ("UK Water Week", "2026-05-19", 1),
    ("Nordic Process Days", "2026-06-09", 12),
    ("Sensor Forum Nuremberg", "2026-09-15", 10),
)
"""Trade shows, the first of their three days, and how many days after the last one the list of
names came into the CRM: planted."""

_PLAIN = str.maketrans(
    {"å": "aa", "æ": "ae", "ø": "oe", "ä": "ae", "ö": "oe", "ü": "ue", "'": None, " ": "-"}
)


def plain(name: str) -> str:
    """A name as it stands in an address: small letters without accents, no blanks."""
    return name.lower().translate(_PLAIN)
