"""Which comments of a live say the same, by their words alone: fifty a second must cost next to nothing.

Short words that any question holds are left out, and shop words count as one in the languages most shops hear. What
tells two questions apart although they sound alike (a size, a colour, a number, a country) must be the same. What only
sounds different is joined later, by meaning (agents/streams).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel import Locale

if TYPE_CHECKING:
    from inbox.models.comment_group import CommentGroup

ALIKE = 0.6  # of all words of two comments, how many they share
GREETING, SPAM = "greeting", "spam"
_LONGEST = 300  # characters that are read
_LANGUAGES = ("en", "es", "de", "fr", "pt", "it")

# Words by what they ask about; the first is what they all become.
_SAME = (
    "price cost costs much expensive precio cuanto cuesta vale preis kostet teuer combien prix coute quanto custa preco prezzo",
    "shipping ship ships deliver delivery delivers postage envio envian envios enviar versand versendet liefert liefern livraison livrez livrer entrega spedizione spedite",
    "size sizes sizing talla tallas tamano groesse grosse grossen taille tailles tamanho taglia",
    "stock available availability left restock restocked disponible verfugbar vorratig lager dispo disponivel",
    "material fabric made cotton wool stoff baumwolle tela algodon tissu coton tecido",
    "return returns devolver devolucion zuruckgeben ruckgabe retour retourner devolucao",
    "discount code coupon sale promo descuento rabatt gutschein remise reduction desconto",
    "wash washing washable machine lavar lavado waschen waschbar waschmaschine laver lavage",
    "waterproof rain water impermeable wasserdicht regen lluvia pluie etanche",
    "colour color colors colours colores farbe farben couleur couleurs cor cores",
    "broken damaged kaputt roto rota casse defekt danado",
    "late waiting weeks arrived arrive retraso llegado angekommen",
    "my mine mi meine mein mon ma mes",
    "order bestellung pedido commande ordine ordered",
    "link buy kaufen comprar acheter enlace",
)
_COLOURS = (
    "black negro schwarz noir preto nera",
    "white blanco weiss blanc branco bianca",
    "red rojo roja rot rote rouge vermelho rossa",
    "blue azul blau blaue bleu bleue blu navy",
    "green verde grun grune vert verte",
    "yellow amarillo gelb jaune amarelo",
    "pink rosa rose",
    "grey gray gris grau cinza",
    "brown marron braun brun",
    "orange naranja laranja",
    "purple violet morado lila violett roxo",
    "beige sand cream",
)
_SIZES = frozenset(
    re.findall(
        r"\w+",
        "xxs xs s m l xl xxl xxxl small medium large king queen twin",
    )
)
_STOP = frozenset(
    re.findall(
        r"\w+",
        "favor porfa porfavor bitte sil plait svp a an the and or but so of to in on at for from with by as is are was were be been it its this "
        "that these those there here i im we you u ya your ur our my me he she they them will would can "
        "could may do does did has have had get got what whats which who when where how any some please "
        "pls plz hey hi hello ok just one ones guys also too yet still about el la los las un una de del "
        "en y o es son esta este esto que cual como para por con me mi tu su se hay lo le al tienen puedo "
        "der die das den dem ein eine einen und oder ist sind war in im auf fur mit von zu wie was wo "
        "wann ich ihr es sie gibt habt le la les un une des du et ou est sont ce cet cette ca il elle "
        "vous nous je tu en pour avec dans sur qu quel quelle a au y o os as um uma do da no na e ou sao "
        "esse essa voces tem para com",
    )
)
_GREETINGS = frozenset(
    re.findall(
        r"\w+",
        "hi hello hey hola hallo bonjour salut ola ciao moin servus morning evening afternoon night good "
        "guten tag buenas buenos dias noches tardes everyone everybody all guys team watching back joined "
        "first welcome thanks thank gracias danke merci obrigada obrigado bye love loving loved amazing "
        "beautiful gorgeous cute wow nice cool omg yes yay great awesome perfect pretty yess lol haha "
        "bonita hermosa linda genial schon toll super beau belle magnifique linda",
    )
)
_FROM = re.compile(
    r"\b(?:hi|hello|hey|hola|hallo|bonjour|ola|greetings|saludos|grusse|watching|salut)\b.*\b(?:from|desde|aus|de|in)\b\s+\w+",
    re.I,
)
_SPAM = re.compile(
    r"https?://|www\.|\bt\.me/|\b(?:telegram|whatsapp me|dm me for|follow me|follow back|f4f|check (?:out )?my (?:page|profile|bio)|"
    r"link in my bio|make money|earn \$?\d+|crypto|bitcoin|forex|giveaway winner|free followers|promote it on|cash ?app)\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"@[\w.]+")
_SHORTENED = re.compile(r"'(?=(?:s|t|re|ve|ll|d|m)\b)")
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Said:
    """`words` may differ a little between two that say the same, `marks` may not. `kind`: "greeting", "spam" or ""."""

    words: frozenset[str]
    marks: frozenset[str]
    kind: str = ""

    @property
    def key(self) -> str:
        return f"{' '.join(sorted(self.words))}|{' '.join(sorted(self.marks))}"

    @classmethod
    def of(cls, key: str) -> Said:
        words, _, marks = key.partition("|")
        return cls(frozenset(words.split()), frozenset(marks.split()))

    def near(self, other: Said) -> float:
        """0 to 1: how much of both is shared."""
        if self.marks != other.marks:
            return 0.0
        both = len(self.words | other.words)
        return len(self.words & other.words) / both if both else 1.0


@lru_cache(maxsize=8192)
def read(text: str) -> Said:
    if _SPAM.search(text):
        return Said(frozenset(), frozenset(), SPAM)
    plain = _plain(text)
    tokens = _tokens(plain)
    if all(token in _GREETINGS or token in _STOP for token in tokens) or (
        _FROM.search(plain) and "?" not in text and len(tokens) < 7
    ):
        return Said(frozenset(), frozenset(), GREETING)
    same, marks = _lexicon()
    words, told = set(), set()
    for token in tokens:
        if token in marks:
            told.add(marks[token])
        elif token[0].isdigit() or token in _SIZES:
            told.add(token)
        elif token not in _STOP:
            words.add(same.get(token) or same.get(_stem(token)) or _stem(token))
    return Said(frozenset(words or (set(tokens[:4]) if not told else set())), frozenset(told))


def _plain(text: str) -> str:
    """Small letters without accents; "sooooo" as "soo"."""
    flat = unicodedata.normalize("NFKD", text[:_LONGEST].casefold().replace("ß", "ss"))
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter))
    flat = _SHORTENED.sub(
        "", re.sub(r"(.)\1{2,}", r"\1\1", unicodedata.normalize("NFC", flat).replace("’", "'"))
    )
    return _HANDLE.sub(" ", flat).replace("'", " ")


def _tokens(plain: str) -> list[str]:
    """Words and numbers; where words are not told by spaces, pairs of letters."""
    found: list[str] = []
    for word in _WORD.findall(plain):
        if _WIDE.search(word) and len(word) > 2:
            found += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            found.append(word)
    return found


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s", "en", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@cache
def _lexicon() -> tuple[dict[str, str], dict[str, str]]:
    """Word → what it counts as; colours and countries → their one name."""
    same = {word: line.split()[0] for line in _SAME for word in line.split()}
    marks = {word: line.split()[0] for line in _COLOURS for word in line.split()}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            plain = _plain(name)
            if len(code) == 2 and len(plain) > 3 and plain.isalpha() and plain not in same:
                marks.setdefault(plain, code.lower())
    return same, {**marks, "uk": "gb", "usa": "us", "states": "us", "england": "gb"}


class Board:
    """The groups of one live, to find the one a comment belongs to."""

    def __init__(self, groups: Iterable[CommentGroup]) -> None:
        self._ways: list[tuple[Said, CommentGroup]] = []
        self._exact: dict[tuple[str, tuple[str, ...]], CommentGroup] = {}
        self._by_word: dict[str, set[int]] = {}
        self._kinds: dict[str, CommentGroup] = {}
        for group in groups:
            self.add(group)

    def add(self, group: CommentGroup, phrasing: str = "") -> None:
        if group.kind in {GREETING, SPAM}:
            self._kinds.setdefault(group.kind, group)
            return
        for key in [phrasing] if phrasing else group.phrasings:
            said = Said.of(key)
            self._exact.setdefault((key, tuple(group.products)), group)
            for word in said.words | said.marks:
                self._by_word.setdefault(word, set()).add(len(self._ways))
            self._ways.append((said, group))

    def find(self, said: Said, products: list[str]) -> CommentGroup | None:
        """Asked while the same was shown: "how much is it?" means another thing then."""
        if said.kind:
            return self._kinds.get(said.kind)
        if same := self._exact.get((said.key, tuple(products))):
            return same
        places = {place for word in said.words | said.marks for place in self._by_word.get(word, ())}
        near = [
            (said.near(other), group)
            for other, group in (self._ways[place] for place in places)
            if group.products == products
        ]
        best, group = max(near, key=lambda each: each[0], default=(0.0, None))
        return group if best >= ALIKE else None
