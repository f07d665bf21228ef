"""What people write under a live: the same question in many words and tongues, complaints, greetings, emoji, spam.

`comments(seed)` never ends. Each says which topic it belongs to, so that grouping can be measured against it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    author: str
    author_id: str
    text: str
    topic: str  # who asks the same has the same; "" for talk that nobody else says


# Topic → how often, and how it is put. {slot} makes topics of its own where the slot is part of the question.
_QUESTIONS: Mapping[str, tuple[int, Sequence[str]]] = {
    "price": (
        10,
        (
            "how much is it?",
            "How much??",
            "price pls",
            "price?",
            "what's the price",
            "how much does it cost",
            "whats the price of this one",
            "cuánto cuesta?",
            "precio por favor",
            "Was kostet das?",
            "Preis?",
            "combien ça coûte ?",
            "c'est combien le prix",
            "quanto custa?",
        ),
    ),
    "waterproof": (
        8,
        (
            "is it waterproof?",
            "is this waterproof",
            "waterproof?",
            "does it keep rain out?",
            "can I wear it in the rain",
            "would it hold up in heavy rain?",
            "is the jacket water proof",
            "es impermeable?",
            "Ist die wasserdicht?",
            "ist das wasserdicht",
            "c'est étanche ?",
            "is it waterprof??",
        ),
    ),
    "sizing": (
        6,
        (
            "does it run small?",
            "true to size?",
            "is it true to size",
            "how does the sizing run",
            "runs small or big?",
            "how is the fit, true to size?",
            "fällt es klein aus?",
            "corre pequeño?",
            "does this run large or small",
        ),
    ),
    "return": (
        3,
        (
            "can I return it if it doesn't fit?",
            "what is your return policy",
            "how do returns work",
            "return policy?",
            "how long can i return it",
            "puedo devolverlo?",
            "kann man es zurückgeben?",
            "are returns free?",
        ),
    ),
    "wash": (
        3,
        (
            "can I machine wash it?",
            "is it machine washable",
            "how do I wash this",
            "machine washable?",
            "kann man das waschen",
            "se puede lavar en lavadora?",
        ),
    ),
    "discount": (
        5,
        (
            "any discount code?",
            "discount code?",
            "is there a promo code",
            "is there a coupon for the live",
            "code for discount pls",
            "hay código de descuento?",
            "gibt es einen Rabattcode?",
            "un code promo ?",
        ),
    ),
    "material": (
        3,
        (
            "what is it made of?",
            "what material is this",
            "which fabric is it",
            "material?",
            "is it cotton",
            "aus welchem Stoff ist das?",
            "de qué material es?",
        ),
    ),
    "restock": (
        2,
        (
            "when will it be back in stock?",
            "will you restock?",
            "restock when??",
            "when is the restock",
            "is this going to be restocked",
        ),
    ),
    "buy": (
        2,
        (
            "where can i buy it",
            "where do I order this?",
            "link to buy?",
            "how can I buy this",
            "donde lo compro",
            "wo kann ich das kaufen",
        ),
    ),
    "shipping cost": (
        2,
        (
            "how much is shipping?",
            "is shipping free?",
            "shipping cost?",
            "what does shipping cost",
            "cuánto cuesta el envío",
            "was kostet der Versand?",
        ),
    ),
}
_PLACES = {
    "Canada": ("Canada", "Kanada"),
    "Germany": ("Germany", "Deutschland", "Alemania"),
    "Mexico": ("Mexico", "México", "Mexiko"),
    "Australia": ("Australia",),
}
_SHIPS = (
    "do you ship to {place}?",
    "shipping to {place}??",
    "can you ship to {place}",
    "do u deliver to {place}",
    "hacen envíos a {place}?",
    "liefert ihr nach {place}?",
    "do you guys ship to {place} too",
)
_COLOURS = {
    "blue": ("blue", "azul", "blau"),
    "black": ("black", "negro", "schwarz"),
    "green": ("green", "verde", "grün"),
}
_COMES_IN = (
    "does it come in {colour}?",
    "do you have it in {colour}",
    "is it available in {colour}",
    "any in {colour}?",
    "hay en {colour}?",
    "gibt es das in {colour}?",
)
_COMPLAINTS: Mapping[str, tuple[int, Sequence[str]]] = {
    "late": (
        3,
        (
            "my order never arrived",
            "still waiting for my order, 3 weeks!!",
            "where is my order??",
            "ordered 2 weeks ago and nothing arrived",
            "my package still hasn't come",
            "wo bleibt meine Bestellung",
            "mi pedido no ha llegado",
        ),
    ),
    "broken": (
        2,
        (
            "mine came broken",
            "it arrived broken, so disappointed",
            "the zipper broke after one day",
            "mine arrived damaged",
            "meine kam kaputt an",
            "me llegó roto",
        ),
    ),
    "ignored": (
        2,
        (
            "nobody answers my emails",
            "you never reply to my messages",
            "your support doesn't answer",
            "customer service ignores me",
            "why does nobody answer my mails",
        ),
    ),
}
_GREETINGS = (
    "hi everyone",
    "hello!!",
    "hola",
    "Hallo zusammen",
    "bonjour",
    "hi from Texas",
    "hello from Ohio 👋",
    "good morning",
    "love it",
    "love this 😍",
    "so cute",
    "wow",
    "beautiful!",
    "🔥🔥🔥",
    "😍😍",
    "❤️",
    "👏👏👏",
    "omg yes",
    "gorgeous",
    "hola desde Miami",
    "haha",
    "first!",
)
_SPAM = (
    "check my page for free followers",
    "earn $500 a day, dm me for info",
    "follow me back",
    "crypto signals on telegram t.me/moon",
    "promote it on @styles_daily",
    "visit https://win.example now",
    "link in my bio 💋",
    "F4F?",
)
_TALK = (
    "my sister has one of these",
    "the lighting is so good today",
    "what happened to your voice lol",
    "i wore mine to a wedding",
    "your dog is adorable",
    "is that a new studio",
    "my cat just jumped on the tv",
    "i was late, what did i miss",
    "the music is too loud for me",
    "what song is this",
    "you look tired today",
    "who does your nails",
    "greetings to my mum she is watching",
    "i got the old one last year",
    "can you turn around once more",
    "show the back please",
    "zoom in a bit",
    "speak up please",
)
_FIRST = re.findall(
    r"\w+",
    "maya lena joe ana tim zoe ivy max rosa finn luz kai amy ben eva noa sam ola ray kim",
)
_LAST = re.findall(
    r"\w+",
    "bakes runs knits reads sews hikes surfs paints cooks films skates gardens swims sings",
)
_MIX = {"question": 46, "complaint": 8, "greeting": 28, "spam": 6, "talk": 12}  # of a hundred


def comments(seed: int = 7) -> Iterator[Remark]:
    """As they come: popular questions more often, a fifth of all writers more than once."""
    dice = random.Random(seed)
    while True:
        number = dice.randrange(400) if dice.random() < 0.2 else dice.randrange(1_000_000)
        author = f"{_FIRST[number % len(_FIRST)]}_{_LAST[number % len(_LAST)]}{number % 1000}"
        topic, text = _MAKERS[dice.choices(list(_MIX), list(_MIX.values()))[0]](dice)
        yield Remark(author, f"9{number:07}", _as_typed(text, dice), topic)


def _question(dice: random.Random) -> tuple[str, str]:
    turn = dice.random()
    if turn < 0.14:
        place = dice.choice(list(_PLACES))
        return f"ship to {place}", dice.choice(_SHIPS).format(place=dice.choice(_PLACES[place]))
    if turn < 0.28:
        colour = dice.choice(list(_COLOURS))
        return f"in {colour}", dice.choice(_COMES_IN).format(colour=dice.choice(_COLOURS[colour]))
    return _asked(dice, _QUESTIONS)


def _asked(dice: random.Random, topics: Mapping[str, tuple[int, Sequence[str]]]) -> tuple[str, str]:
    topic = dice.choices(list(topics), [often for often, _ in topics.values()])[0]
    return topic, dice.choice(topics[topic][1])


_MAKERS: Mapping[str, Callable[[random.Random], tuple[str, str]]] = {
    "question": _question,
    "complaint": lambda dice: _asked(dice, _COMPLAINTS),
    "greeting": lambda dice: ("greeting", dice.choice(_GREETINGS)),
    "spam": lambda dice: ("spam", dice.choice(_SPAM)),
    "talk": lambda dice: ("", dice.choice(_TALK)),
}


def _as_typed(text: str, dice: random.Random) -> str:
    """Thumbs are quick: capitals, signs and hearts come and go."""
    turn = dice.random()
    if turn < 0.08:
        return text.upper()
    if turn < 0.2:
        return text.rstrip("?!.") + dice.choice(("", "??", "!!", " pls", " 🙏", " 😍"))
    return f"@host {text}" if turn < 0.25 else text
