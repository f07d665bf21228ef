"""The form of an answer: a letter, a few sentences of chat; within the channel's length and wording."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agents.facts.evidence import Sentence
from agents.writing.answers.case import Paragraph
from connectors.contract import Form, Limits
from connectors.wording import breaches

_CHAT = 420  # characters that people read in a chat


@dataclass
class Letter:
    """Its parts in reading order. The first sentence of the body must stay; courtesies go first, then details."""

    greeting: Paragraph
    feeling: Paragraph
    body: list[Paragraph]
    offer: Paragraph
    notice: Paragraph  # that it was written automatically
    closing: Paragraph

    def sentences(self) -> list[Sentence]:
        """The last sentence of each paragraph ends with a line break: that is how paragraphs are told."""
        parts = [self.greeting, self.feeling, *self.body, self.offer, self.notice, self.closing]
        return [
            replace(sentence, text=sentence.text + "\n") if place == len(paragraph) - 1 else sentence
            for paragraph in parts
            for place, sentence in enumerate(paragraph)
        ]

    def take_form(self, limits: Limits) -> str:
        """Why it cannot be said on this channel; "" once it can."""
        if forbidden := self._keep_to_rules(limits):
            return forbidden
        longest = limits.longest_text
        if limits.form is not Form.LETTER:
            self.offer, self.closing = [], []
            longest = min(longest, _CHAT)
        self._shorten(longest)
        return "" if self._length() <= limits.longest_text else "Too long for this channel."

    def _keep_to_rules(self, limits: Limits) -> str:
        """Leave out what the platform forbids to write; what the answer is about cannot be left out."""
        first = True
        for paragraph in self.body:
            for sentence in list(paragraph):
                wrong = next((each for each in breaches(sentence.text, limits) if each.blocks), None)
                if wrong and wrong.forbids is not None:
                    if first:
                        return wrong.because
                    paragraph.remove(sentence)
                first = False
        self.body = [paragraph for paragraph in self.body if paragraph]
        return ""

    def _shorten(self, longest: int) -> None:
        """A question at the end is what the answer is for, so it stays too."""
        if self._length() > longest:
            self.offer = []
        if self._length() > longest:
            self.feeling = []
        while self._length() > longest and (place := self._last_detail()) is not None:
            paragraph = self.body[place]
            paragraph.pop(-2 if _asks(paragraph[-1]) and len(paragraph) > 1 else -1)
            self.body = [each for each in self.body if each]

    def _last_detail(self) -> int | None:
        """The last paragraph that something can be taken from."""
        if sum(map(len, self.body)) < 2:
            return None
        places = [n for n, each in enumerate(self.body) if len(each) > 1 or (n > 0 and not _asks(each[0]))]
        return places[-1] if places else None

    def _length(self) -> int:
        return sum(len(sentence.text) + 2 for sentence in self.sentences())


def _asks(sentence: Sentence) -> bool:
    return sentence.text.rstrip().endswith("?")
