"""Shoppers: names and addresses of nobody, spread over the country."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from connectors.sandbox.places import HOMES, home_in
from connectors.sandbox.world import Place, Shopper, World

_FIRST_NAMES = """
Abigail Adrian Aisha Alejandro Amelia Andre Angela Anika Arturo Beatrice Bianca Brandon Caleb Camila Carlos
Cecilia Chloe Cyrus Dana Darius Deepa Derek Diego Dominic Elena Elijah Emeka Esther Fatima Felix Gabriela
Gideon Hana Harold Imani Isaac Ivy Jamal Jasmine Joel Jorge Julia Kai Katherine Kenji Kofi Lamar Leila Leo
Lorenzo Mabel Malik Marcus Margaret Mateo Mei Miguel Mina Nadia Nathan Nicole Omar Paige Pedro Quinn Rachel
Rafael Renee Rosa Ruth Samir Sasha Simone Stella Tariq Tomas Valerie Vikram Wesley Yara
"""
_LAST_NAMES = """
Abbott Aguilar Ahmed Alvarez Andersen Bailey Banerjee Barnes Becker Bell Boateng Brooks Burke Cabrera
Campbell Carver Chen Cohen Cooper Cruz Dalton Delgado Dixon Donovan Edwards Ellis Espinoza Farouk Fischer
Fleming Flores Foster Fujimoto Garner Goldberg Gupta Haddad Hansen Hayes Hoffman Ibrahim Jansen Jenkins
Kaplan Kim Kowalski Larsen Le Lopez Mahmoud Marsh Medina Mensah Meyer Moreno Murphy Nakamura Navarro Novak
Nwosu Olsen Ortiz Park Patel Perry Pham Quintana Ramirez Reddy Rossi Sandoval Schultz Shah Silva Sullivan
Tanaka Torres Vargas Walsh Yang Zimmerman
"""
_STREET_NAMES = """
Alder St, Birch Ave, Cedar Ln, Chestnut St, Clay St, Dogwood Dr, Elm St, Fairview Ave, Garfield St, Grove
St, Hawthorne Ave, Highland Ave, Juniper Ct, Lake St, Laurel Ave, Linden St, Maple Ave, Mill Rd, Oak St,
Orchard Rd, Park Ave, Pine St, Prospect St, River Rd, Spruce St, Summit Ave, Sycamore St, Union St, Walnut
St, Willow Way
"""
_FIRST = _FIRST_NAMES.split()
_LAST = _LAST_NAMES.split()
_STREETS = _STREET_NAMES.strip().replace("\n", " ").split(", ")
_MAIL_HOSTS = ("example.com", "example.net", "example.org")


def crowd(world: World, rng: Random, count: int, apart_from: set[str]) -> list[Shopper]:
    """`count` shoppers whose names are not in `apart_from`, each in a town of their own as far as towns reach."""
    names = [(first, last) for first in _FIRST for last in rng.sample(_LAST, 2)]
    rng.shuffle(names)
    towns = HOMES * (count // len(HOMES) + 1)
    chosen: list[Shopper] = []
    while len(chosen) < count:
        first, last = names.pop()
        if f"{first} {last}" in apart_from:
            continue
        apart_from.add(f"{first} {last}")
        chosen.append(shopper(world, rng, first, last, towns[len(chosen)]))
    return chosen


def named(world: World, rng: Random, name: str, city: str) -> Shopper:
    first, last = name.split(" ", 1)
    return shopper(world, rng, first, last, home_in(city))


def shopper(world: World, rng: Random, first: str, last: str, town: Place) -> Shopper:
    street = f"{rng.randint(11, 4980)} {rng.choice(_STREETS)}"
    if rng.random() < 0.3:
        street += f", Apt {rng.randint(1, 12)}{rng.choice('ABC')}"
    email = f"{first}.{last}@{rng.choice(_MAIL_HOSTS)}".lower().replace(" ", "")
    phone = f"+1 {rng.randint(201, 989)} 555 01{rng.randint(0, 99):02d}"
    return Shopper(world.next_id(), first, last, email, replace(town, line=street), phone)
