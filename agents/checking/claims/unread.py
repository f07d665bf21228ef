"""What is left of a clause once every known kind of statement is taken out: it must be courtesy, or a cited text's.

An invention need not look like a date or a promise ("it was held up by a strike"). So a statement may only use the
everyday words of support below, or words of one record it cites. Courtesies are freer, but name no causes or culprits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from agents.checking.claims.ground import BLANK, Found, Ground, Verdict
from agents.checking.claims.rules import stated
from agents.checking.claims.wording import STOP, stem, stems
from agents.facts.evidence import Kind

_EVERYDAY = """
parcel package shipment delivery deliver carrier tracking track number estimate estimated estimation expect scan update label
receive arrive arrival way transit ship leave left address customer shop store support team teammate colleague page link detail
information info record system status time date day week hour moment morning afternoon evening night today tomorrow local
late latest last newest new most recent driver first original second third next previous current early later soon now still already yet far since until
then again here there back right exact exactly actual currently originally according other another one both each rest part
show say see check look find tell know let write reply answer come go get need want like ask mean help follow reach contact
hear wait hope understand happen mention note confirm list include contain consist place buy purchase total price cost pay
refund return cancel exchange item thing product piece size colour color variant quantity unit stock available question
message mail email e note reason name phone call person people door
good great news bad glad happy sorry thank thanks kind best warm regards wishes sincerely hi hello dear hey welcome
unfortunately however meanwhile luckily fortunately indeed simply please instead also only even just once twice
possible able unable sure clear attention quick quickly close closely keep kept eye posted touch pull pulled up
worry patience understanding trouble inconvenience frustration frustrating apology apologize apologies feeling wish
catalogue catalog policy rule article website site order ordered confirmation receipt account file mine yours ours
business calendar working am pm est pst et pt local noon yes no not nothing none never else anything something everything
little bit while long short much many few several enough quite rather really truly fully total totally complete completely
set sit stand show shown shows marked state due schedule scheduled plan planned window ahead inside period
open close closed end start begin beginning go going gone been come coming following follows below above
moved shift changed update updated revised blame down give gives gave report run ran problem without success wait waiting warmly around pass passed location give use used did take
under away why worried worry sound share shared don two three four five read careful carefully automatic automatically automated assistant
code codes work works minutes few short newest
if seem fun side though
value talk must disappointing especially reach took
"""
BENIGN = frozenset(stem(word) for word in _EVERYDAY.split()) | STOP

_INTRODUCED = re.compile(
    r"^\W*(?:(?:please note|just so you know|good news|great news|rest assured|for your information|fyi|as you know|also|"
    r"i (?:hope|know|understand) you know|i can (?:see|confirm|tell you)|it (?:looks|seems|appears)(?: like| that)?)\b[\s,:]*(?:that\b)?)+",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^\W*(?:(?:and|but|so|again|once again|well|oh|of course|in the meantime|meanwhile|until then)\W+)?(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|"
    r"thanks?|thank you|many thanks|sorry|(?:so |very |really )?sorry|i(?:[’']m| am| was) (?:so |very |really |truly |terribly |genuinely )?(?:sorry|glad|happy|pleased)|"
    r"my (?:sincere )?apologies|(?:please accept )?(?:my|our) (?:sincere )?apologies|(?:i|we) (?:sincerely |do |truly )?apologi[sz]e|"
    r"(?:i|we) (?:completely |fully |really |totally |do |can |truly |sincerely |very much )*(?:understand|hope|appreciate|realize|imagine|wish|regret|know (?:how|this|that|you))|"
    r"(?:i|we)[’']?(?:d| would) (?:be (?:happy|glad)|love|like) to help|have an? |enjoy|let (?:me|us) (?:know|help)|feel free|if (?:you|it|anything|something|there|the|that|this|your|not)|"
    r"just (?:let|reply|write|ask|tell|send)|looking forward|take care|happy to help|great question|good question|no (?:problem|worries)|"
    r"please(?! note)|best|warm|kind|sincerely|cheers|yours|with (?:best|kind|warm)|wishing you|here[’']?s|here (?:is|are)|one moment|stay|all the best|"
    r"don[’']t (?:worry|hesitate)|that (?:must|sounds|is understandable)|congratulations|to help|so that (?:i|we) can|you[’']re (?:very )?welcome)\b",
    re.IGNORECASE,
)
# Never mere courtesy: causes, culprits, gifts.
_GRAVE = re.compile(
    r"\b(?:strikes?|accidents?|trucks?|vans?|drivers?|crash\w*|fires?|stolen|theft|thie(?:f|ves)|staff|shortage|mix-?up|errors?|mistake\w*|fault\w*|"
    r"broke[n]?|bug|glitch|outage|manager|warehouse|insur\w+|guarant\w+|promis\w+|compensat\w+|free(?! to)|gift|bonus|credit\w*|discount\w*|waiv\w+|"
    r"refund\w*|replac\w+|reimburs\w+|covered|police|lawyer|recall\w*)\b",
    re.IGNORECASE,
)
# Who signs: a line of names, no statement.
_SIGNATURE = re.compile(
    r"\W*(?:the )?(?:[A-Z][\w.'’&-]*|&)(?: (?:[A-Z][\w.'’&-]*|&|and|of|from|at|the|team|support|customer|care|service))*\W*"
)
_QUOTED = re.compile(r"[“\"](?P<words>[^”\"\n]*[A-Za-z][^”\"\n]*)[”\"]")
_QUESTION = re.compile(r"\?\W*$")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?|\d+(?:[.,]\d+)*")


def find(left: str, clause: str) -> Iterator[Found]:
    """`left` is the clause with everything understood blanked out."""
    for match in _QUOTED.finditer(left):
        yield Found(match.start("words"), match.end("words"), Kind.TEXT, partial(_quoted, match["words"]))
    plain = _INTRODUCED.sub(lambda match: BLANK * len(match.group()), left)
    if _QUESTION.search(clause) or (not clause.rstrip().endswith(".") and _SIGNATURE.fullmatch(clause)):
        return
    if _COURTESY.match(plain.lstrip(BLANK + " ,.:")) or _COURTESY.match(clause):
        for match in _GRAVE.finditer(left):
            yield Found(match.start(), match.end(), Kind.TEXT, partial(_told, clause, (match.group(),)))
        return
    unread = _QUOTED.sub(lambda match: BLANK * len(match.group()), plain)
    unknown = [match for match in _WORD.finditer(unread) if _is_news(match.group())]
    if unknown:
        words = tuple(match.group() for match in unknown)
        yield Found(unknown[0].start(), unknown[-1].end(), Kind.TEXT, partial(_told, clause, words))


def _quoted(words: str, ground: Ground) -> Verdict:
    """Who quotes, quotes somebody."""
    plain = words.strip(" .,").casefold()
    for item in ground.of(Kind.TEXT, Kind.POLICY):
        if plain in item.value.casefold():
            return item
    return f"No cited record says “{words}”."


def _is_news(word: str) -> bool:
    plain = re.split(r"['’]", word.lower())[0]
    return len(plain) > 1 and not plain.isdigit() and plain not in STOP and stem(plain) not in BENIGN


def _told(clause: str, words: tuple[str, ...], ground: Ground) -> Verdict:
    labels = " ".join(item.label for item in ground.cited if item.kind not in {Kind.TEXT, Kind.POLICY})
    meant = stems(" ".join(words)) - stems(labels)
    if not meant:
        return next(item for item in ground.cited if stems(" ".join(words)) & stems(item.label))
    for item in ground.of(Kind.TEXT):
        if meant <= stems(f"{item.label} {item.value}") and not ground.is_stale(item):
            return item
    if ground.of(Kind.POLICY):
        return stated(clause, ground)
    return f"No cited record says “{', '.join(dict.fromkeys(words))}”."
